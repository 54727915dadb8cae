"""The facts that a run discovered, flattened for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_MOST_FACTS = 80
_LONGEST = 160
_DEEPEST = 3


def flattened(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Name and value of each fact; what is long, deep or many is cut short with an ellipsis."""
    rows: list[tuple[str, str]] = []
    for name, value in _walk(facts, "", _DEEPEST):
        if len(rows) == _MOST_FACTS:
            rows.append(("…", "more are in the envelope"))
            break
        rows.append((_cut(name), _cut(value)))
    return tuple(rows)


def _walk(value: Any, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value and depth:
        for key in value:
            yield from _walk(value[key], f"{name}.{key}" if name else str(key), depth - 1)
    elif isinstance(value, list):
        plain = [str(item) for item in value[:20] if not isinstance(item, (list, Mapping))]
        yield name, ", ".join(plain) if plain else f"{len(value)} entries"
    elif isinstance(value, Mapping):
        yield name, f"{len(value)} entries"
    elif isinstance(value, bool) or value is None:
        yield name, {True: "yes", False: "no", None: "none"}[value]
    else:
        yield name, str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
