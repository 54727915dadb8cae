"""Bytes to a plain tree, safely: JSON, or the YAML that needs no more than JSON can say.

A document may come from a stranger. Size, depth and the length of names are limited; repeated
keys and numbers that are not finite are refused, each with its path.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import count
from typing import Any

from refcheck.guideline.faults import fault
from refcheck.guideline.plain_yaml import parse_yaml

SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes; the largest official guideline has 0.15 MB."""
DEPTH_LIMIT = 32
VALUE_LIMIT = 500_000
"""Texts, numbers, lists and objects; the largest official guideline has 6,000."""
NAME_LIMIT = 500
"""Characters of a key; the longest official test name has 170."""


class _Faulty:
    """Stands in the tree where something was wrong, until the walk tells its path."""

    def __init__(self, text: str) -> None:
        self.text = text


def parse(data: bytes, *, where: str) -> dict[str, Any]:
    """The document as a tree of dict, list, str, int, float, bool and None.

    Raises:
        BadGuideline: with `where` and the path of the fault.
    """
    if len(data) > SIZE_LIMIT:
        raise fault(where, "$", f"is {len(data):,} bytes large; at most {SIZE_LIMIT:,} are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fault(where, f"byte {error.start}", "is not UTF-8") from error
    if text.lstrip()[:1] in ("{", "["):
        tree = _parse_json(text, where)
    else:
        tree = parse_yaml(text, where=where, depth_limit=DEPTH_LIMIT, value_limit=VALUE_LIMIT)
    for path, problem in _problems(tree, count(1)):
        raise fault(where, _short(path), problem)
    if not isinstance(tree, dict):
        raise fault(where, "$", "is not an object")
    return tree


def _short(path: str) -> str:
    """A path that can be shown: what cannot be printed is escaped, the middle of a long one cut."""
    shown = path if path.isprintable() else ascii(path)[1:-1]
    return shown if len(shown) <= 200 else f"{shown[:100]}...{shown[-80:]}"


def _parse_json(text: str, where: str) -> Any:
    try:
        return json.loads(text, parse_constant=_constant, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise fault(where, "$", f"is not JSON ({error})") from error


def _constant(word: str) -> _Faulty:
    return _Faulty(f"is {word}, not a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Faulty:
    tree = dict(pairs)
    if len(tree) == len(pairs):
        return tree
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            break
        seen.add(key)
    return _Faulty(f"has the key {key[:80]!r} twice")


def _problems(
    tree: Any, seen: Iterator[int], path: str = "$", depth: int = 0
) -> Iterator[tuple[str, str]]:
    """Path and text of whatever no guideline may hold; `seen` counts the values."""
    if next(seen) > VALUE_LIMIT:
        yield path, f"is beyond the {VALUE_LIMIT:,} values that are read"
    elif depth > DEPTH_LIMIT:
        yield path, f"is nested deeper than {DEPTH_LIMIT}"
    elif problem := _value_problem(tree):
        yield path, problem
    else:
        for step, item in _children(tree):
            if problem := _name_problem(step):
                yield path + step, problem
            yield from _problems(item, seen, path + step, depth + 1)


def _children(tree: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(tree, dict):
        yield from ((f".{key}", item) for key, item in tree.items())
    elif isinstance(tree, list):
        yield from ((f"[{index}]", item) for index, item in enumerate(tree))


def _name_problem(step: str) -> str:
    if len(step) > NAME_LIMIT + 1:
        return f"is a name of {len(step) - 1:,} characters; at most {NAME_LIMIT} are read"
    return "" if step.isprintable() else "is a name that cannot be printed"


def _value_problem(value: Any) -> str:
    if isinstance(value, _Faulty):
        return value.text
    if isinstance(value, float) and not math.isfinite(value):
        return "is too large a number"
    if (
        isinstance(value, str)
        and not value.isascii()
        and any("\ud800" <= character <= "\udfff" for character in value)
    ):
        return "holds half of a surrogate pair"
    return ""
