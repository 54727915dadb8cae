"""Values read from JSON, as the frozen values that they were written from: each of its type."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

_WORDS = {str: "text", int: "a whole number", bool: "true or false"}
_LARGEST = 1e15
"""Of numbers; infinity and what is no number are beyond it."""


class Mistyped(ValueError):
    """A value is missing, unknown or of another type; says where."""


def typed(kind: Any, value: Any, path: str = "$") -> Any:
    """The value as one of this kind: a dataclass, or what fields of dataclasses hold.

    Raises:
        Mistyped: it is none, with the path of the fault.
    """
    if kind is Any:
        return value
    if is_dataclass(kind):
        return _dataclass(kind, _of(dict, value, path, "an object"), path)
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        entries = enumerate(_of(list, value, path, "a list"))
        return tuple(typed(item, one, f"{path}[{index}]") for index, one in entries)
    if get_origin(kind) is Mapping:
        item = get_args(kind)[1]
        entries = _of(dict, value, path, "an object").items()
        return {key: typed(item, one, f"{path}.{key}") for key, one in entries}
    return _plain(kind, value, path)


def _dataclass(kind: Any, value: dict[str, Any], path: str) -> Any:
    hints, required = _form(kind)
    for name in value.keys() - hints.keys():
        raise Mistyped(f"{path}.{name} is not known")
    for name in required - value.keys():
        raise Mistyped(f"{path}.{name} is missing")
    return kind(**{name: typed(hints[name], one, f"{path}.{name}") for name, one in value.items()})


@functools.cache
def _form(kind: Any) -> tuple[dict[str, Any], frozenset[str]]:
    """A dataclass' fields with their types, and the names of those without a default."""
    required = (
        one.name
        for one in fields(kind)
        if one.default is MISSING and one.default_factory is MISSING
    )
    return get_type_hints(kind), frozenset(required)


def _plain(kind: Any, value: Any, path: str) -> Any:
    if issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            raise Mistyped(f"{path} is none of {', '.join(kind)}") from None
    if kind is float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not -_LARGEST < value < _LARGEST:
            raise Mistyped(f"{path} is not a number")
        return value
    if type(value) is not kind:
        raise Mistyped(f"{path} is not {_WORDS[kind]}")
    return value


def _of(kind: type, value: Any, path: str, word: str) -> Any:
    if not isinstance(value, kind):
        raise Mistyped(f"{path} is not {word}")
    return value
