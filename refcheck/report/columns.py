"""Rows as plain lines with aligned columns, for people, `grep` and `awk` alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines; every column but the last is as wide as its widest cell, "-" where it is empty."""
    table = [tuple(headings), *(tuple(cell or "-" for cell in row) for row in rows)]
    widths = [max(len(row[place]) for row in table) for place in range(len(headings) - 1)]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[-1]]).rstrip()
