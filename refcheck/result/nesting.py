"""How deeply a JSON document is nested.

A document near the interpreter's limit can be read in one place and not in another, with a deeper
stack; what is signed and kept must be readable for ever, so that the limit is ours and far below.
"""

from __future__ import annotations

from typing import Any

DEEPEST = 32


def is_too_deep(document: Any) -> bool:
    """Whether a parsed JSON document has more than `DEEPEST` levels."""
    level: list[Any] = [[document]]
    for _ in range(DEEPEST + 1):
        level = [
            child
            for value in level
            for child in (value.values() if type(value) is dict else value)
            if type(child) in {dict, list}
        ]
        if not level:
            return False
    return True
