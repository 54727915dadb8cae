"""How a fault in a guideline document is told."""

from __future__ import annotations

from refcheck.errors import BadGuideline


def fault(where: str, path: str, text: str) -> BadGuideline:
    """The error for a fault at `path` of the document `where`."""
    return BadGuideline(
        f"{path} {text}",
        where=where,
        next_step="Give a guideline of schema 1.2 to 1.6 or 2.0, as JSON or YAML.",
    )
