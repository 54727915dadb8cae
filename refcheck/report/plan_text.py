"""A plan as text: what will be there at the peak, against what the quotas leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from rich.console import Console
from rich.text import Text

from refcheck.report.printable import plain


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of thing; numbers as words, "" for what is not known.

    Attributes:
        half: half of what is free, the most that a run takes.
        remark: "" for what fits.
    """

    what: str
    peak: str
    used: str
    limit: str
    half: str
    remark: str = ""


_HEADINGS = Row("at its peak", "run", "used", "quota", "half of free")


def tell_peak(rows: Iterable[Row], console: Console) -> None:
    """Print the table; what does not fit is marked in words and colour."""
    table = [_HEADINGS, *rows]
    cells = [tuple(plain(cell) for cell in astuple(row)) for row in table]
    widths = [max(len(row[place]) for row in cells) for place in range(5)]
    for number, (what, *numbers, remark) in enumerate(cells):
        words = [cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True)]
        line = "  ".join([what.ljust(widths[0]), *words, remark]).rstrip()
        style = "dim" if number == 0 else "red" if remark else ""
        console.print(Text(f"  {line}", style), soft_wrap=True, highlight=False)
