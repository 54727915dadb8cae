"""Lines that may be longer than a terminal is wide."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

_FURTHER = 2
"""Columns by which the rest of a line is set in."""


def print_line(console: Console, text: Text) -> None:
    """Print a line: on a terminal broken between words where it must be, elsewhere whole."""
    lines = [text]
    if console.is_terminal and text.cell_len > console.width:
        indent = len(text.plain) - len(text.plain.lstrip()) + _FURTHER
        # Words are never broken: addresses and ids are there to be copied.
        longest = max(map(len, text.plain.split()), default=1)
        lines = [*text.wrap(console, max(console.width - indent, longest))]
        for line in lines:
            line.rstrip()
        for line in lines[1:]:
            line.pad_left(indent)
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)
