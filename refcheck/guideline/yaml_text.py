"""A plain tree as the YAML that the built-in guidelines are written in.

Texts that YAML could take for something else are quoted, long ones folded at 100 characters, and
reading the result with `plain_yaml` gives the same tree.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

_WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z_/][\w ./,;()'*\[\]+=<>-]*", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_ESCAPES = {'"': '\\"', "\\": "\\\\"}


def to_yaml(tree: Mapping[str, Any]) -> str:
    """The text of a tree of dict, list, str, int, float, bool and None."""
    return "\n".join(_lines(tree, "")) + "\n"


def _lines(tree: Mapping[str, Any], pad: str) -> Iterator[str]:
    for key, value in tree.items():
        head = f"{pad}{_scalar(key)}:"
        if isinstance(value, dict):
            yield from [head, *_lines(value, pad + "  ")] if value else [f"{head} {{}}"]
        elif isinstance(value, list):
            yield from _list(head, key, value, pad)
        elif isinstance(value, str) and len(f"{head} {_scalar(value)}") > _WIDTH and _folds(value):
            yield f"{head} >-"
            yield from _wrapped(value, pad + "  ")
        else:
            yield f"{head} {_scalar(value)}"


def _list(head: str, key: str, values: list[Any], pad: str) -> Iterator[str]:
    if not values:
        yield f"{head} []"
    elif any(isinstance(value, (dict, list)) for value in values):
        yield head
        for value in values:
            yield from _item(value, pad + "  ")
    else:
        line = f"{head} [{', '.join(_in_flow(value) for value in values)}]"
        if len(line) <= _WIDTH:
            yield line
        elif key == "achievements":
            yield head
            yield from _wrapped_flow(values, pad + "  ")
        else:
            yield head
            yield from (f"{pad}  - {_scalar(value)}" for value in values)


def _item(value: Any, pad: str) -> Iterator[str]:
    """An object or a list as one item of a list."""
    if isinstance(value, dict) and value:
        first, *others = _lines(value, pad + "  ")
        yield f"{pad}- {first.strip()}"
        yield from others
    elif isinstance(value, list) and value:
        yield f"{pad}-"
        for inner in value:
            yield from _item(inner, pad + "  ")
    else:
        yield f"{pad}- {_scalar(value)}"


def _wrapped_flow(values: list[Any], pad: str) -> list[str]:
    first, *others = textwrap.wrap(
        ", ".join(_in_flow(value) for value in values), _WIDTH - len(pad) - 2
    )
    lines = [f"{pad}[{first}", *(f"{pad} {line}" for line in others)]
    lines[-1] += "]"
    return lines


def _wrapped(text: str, pad: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=pad,
        subsequent_indent=pad,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _folds(text: str) -> bool:
    """Whether wrapping at single spaces and joining again gives the same text."""
    return " " in text and text.isprintable() and text.split(" ") == text.split()


def _in_flow(value: Any) -> str:
    shown = _scalar(value)
    return _quoted(value) if shown == value and re.search(r"[,\[\]]", shown) else shown


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return "[]" if isinstance(value, list) else "{}"
    if not isinstance(value, str):
        return str(value)
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS and not value.endswith(" ")
    return value if plain or _UUID.fullmatch(value) else _quoted(value)


def _quoted(text: str) -> str:
    """Between double quotes, whatever cannot be printed escaped."""
    return (
        '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _code(c)) for c in text) + '"'
    )


def _code(character: str) -> str:
    return f"\\U{ord(character):08x}"
