"""The part of YAML that says no more than JSON can, read event by event.

Anchors, aliases, tags, repeated keys and second documents are refused where they stand, so that
an alias bomb ends at its first anchor. Plain scalars are text unless they are whole numbers,
true, false or null: `2020.06` and `2020-06-01` stay what they are.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from refcheck.guideline.faults import fault

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NO_KEY = object()

_Node = yaml.ScalarEvent | yaml.CollectionStartEvent


def parse_yaml(text: str, *, where: str, depth_limit: int, value_limit: int) -> Any:
    """The document as a tree of dict, list, str, int, bool and None.

    Raises:
        BadGuideline: with the line of the fault.
    """
    builder = _Builder(where, depth_limit, value_limit)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _not_yaml(error, where) from error
    return builder.document[0] if builder.document else None


def _not_yaml(error: yaml.YAMLError, where: str) -> Exception:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}" if mark else "$"
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return fault(where, place, f"is not YAML ({problem})")


class _Builder:
    """Builds the tree with a stack of the lists and mappings that are open."""

    def __init__(self, where: str, depth_limit: int, value_limit: int) -> None:
        self.document: list[Any] = []
        self._where = where
        self._depth_limit = depth_limit
        self._value_limit = value_limit
        self._values = 0
        self._open: list[Any] = [self.document]
        self._keys: list[Any] = [_NO_KEY]  # the key that each open mapping waits with

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_extras(event)
            self._place(_scalar(event), event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._refuse_extras(event)
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise self._fault(event, "has a YAML alias; write the text out")
        elif isinstance(event, yaml.DocumentStartEvent) and self.document:
            raise self._fault(event, "begins a second YAML document")

    def _begin(self, collection: Any, event: yaml.Event) -> None:
        if len(self._open) > self._depth_limit:
            raise self._fault(event, f"is nested deeper than {self._depth_limit}")
        self._place(collection, event)
        self._open.append(collection)
        self._keys.append(_NO_KEY)

    def _place(self, value: Any, event: yaml.Event) -> None:
        parent = self._open[-1]
        if isinstance(parent, list):
            self._count(event)
            parent.append(value)
        elif self._keys[-1] is not _NO_KEY:
            self._count(event)
            parent[self._keys[-1]] = value
            self._keys[-1] = _NO_KEY
        elif not isinstance(event, yaml.ScalarEvent):
            raise self._fault(event, "has a key that is not text")
        elif event.value in parent:
            raise self._fault(event, f"has the key {event.value[:80]!r} twice")
        else:
            self._keys[-1] = event.value

    def _count(self, event: yaml.Event) -> None:
        self._values += 1
        if self._values > self._value_limit:
            raise self._fault(event, f"is beyond the {self._value_limit:,} values that are read")

    def _refuse_extras(self, event: _Node) -> None:
        if event.anchor is not None:
            raise self._fault(event, "has a YAML anchor; write the text out")
        if event.tag is not None:
            raise self._fault(event, f"has the YAML tag {event.tag[:80]!r}; use plain values")

    def _fault(self, event: yaml.Event, text: str) -> Exception:
        mark: Any = event.start_mark  # None only in events that no parser made
        return fault(self._where, f"line {mark.line + 1}", text)


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    text: str = event.value
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE.fullmatch(text) else text
