"""How deeply a JSON document is nested.

A document near the interpreter's limit can be read in one place and not in another, with a deeper
stack; what is stored here must be readable for ever, so that the limit is ours and far below.
"""

from __future__ import annotations

import json
from typing import Any

DEEPEST = 32


def is_too_deep(document: bytes) -> bool:
    """Whether a JSON document has more than `DEEPEST` levels; it must be JSON."""
    level: list[Any] = [json.loads(document)]
    for _ in range(DEEPEST):
        level = [child for value in level for child in _children(value)]
        if not level:
            return False
    return True


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
