"""Checks as text: grouped, one sign a line, the next step below what is wrong."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.text import Text

from refcheck.cloud.check import Check, Sign
from refcheck.report.printable import plain

_SIGNS = {
    Sign.GOOD: ("✓", "+", "green"),
    Sign.BAD: ("✗", "x", "red"),
    Sign.OPEN: ("?", "?", "cyan"),
    Sign.NOTE: ("!", "!", "yellow"),
}
"""Sign → how it is written, how where that cannot be written, and its colour."""
_MARGIN = 4
_NARROWEST = 30
"""Characters of a line, before the topic and at least after it."""


def tell_checks(groups: Mapping[str, Iterable[Check]], console: Console) -> None:
    """Print the groups one below the other; an empty one is left out."""
    shown = {name: list(checks) for name, checks in groups.items()}
    width = max((len(c.topic) for checks in shown.values() for c in checks), default=0)
    for name, checks in shown.items():
        if checks:
            console.print()
            _print(console, Text(plain(name), "bold"))
        for check in checks:
            _tell(check, width, console)


def _tell(check: Check, width: int, console: Console) -> None:
    sign, poor_sign, colour = _SIGNS[check.sign]
    modern = console.encoding.lower().startswith("utf")
    indent = _MARGIN + width + 2
    first, *more = _wrapped(check.text, console.width - indent)
    head = f"  {sign if modern else poor_sign} {plain(check.topic):<{width}}  "
    style = "" if check.sign is Sign.GOOD else colour
    _print(console, Text.assemble((head, colour), (first, style)))
    for line in more:
        _print(console, Text(" " * indent + line, style))
    arrow = "→" if modern else "->"
    steps = _wrapped(check.next_step, console.width - indent - len(arrow) - 1)
    for number, line in enumerate(steps if check.next_step else ()):
        mark = " " * len(arrow) if number else arrow
        _print(console, Text(f"{' ' * indent}{mark} {line}", "dim"))


def _wrapped(text: str, width: int) -> list[str]:
    # Words are never broken: addresses and ids are there to be copied.
    return textwrap.wrap(
        plain(text), max(width, _NARROWEST), break_long_words=False, break_on_hyphens=False
    ) or [""]


def _print(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True, highlight=False)
