"""One test of the suite, as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from refcheck.plugin.calls import Recorded
    from refcheck.plugin.catalogue import Card, Listing

_LABEL = 14
_NAMES_SHOWN = 4


def tell(card: Card) -> None:
    """Print it, a label a line; further lines of one label are indented."""
    click.secho(card.sentence, bold=True)
    for label, lines in _parts(card):
        for number, line in enumerate(lines):
            click.echo(f"{'' if number else label:<{_LABEL}}{line}")


def _parts(card: Card) -> Iterator[tuple[str, list[str]]]:
    yield "id", [card.id]
    yield "function", [card.name]
    yield "file", [card.place]
    yield "about", [card.about]
    yield "names", list(_names(card))
    yield "capability", list(_capabilities(card.listings)) or ["of no built-in guideline"]
    yield "services", [", ".join(card.services) or "not recorded yet"]
    yield "needs", [", ".join(card.needs) or "nothing but a project"]
    if card.recorded is None:
        yield "calls", ["not recorded yet: the test is newer than the data"]
        return
    yield from _recorded(card.recorded)


def _recorded(recorded: Recorded) -> Iterator[tuple[str, list[str]]]:
    yield "calls", list(recorded.calls) or ["none of its own"]
    made = ", ".join(f"{number} {kind}" for kind, number in recorded.creates.items())
    yield "creates", [made or "nothing"]
    if recorded.shares:
        shown = (name.strip("_").replace("lend_", "used ") for name in recorded.shares)
        yield "shares", [", ".join(name.replace("_", " ") for name in shown)]
    measured = f"{recorded.requests} requests, {recorded.seconds:g} s on refcloud"
    yield "cost", [f"{recorded.cost}: {measured}"]
    if recorded.outcome != "passed":
        yield "on refcloud", [f"{recorded.outcome}: {recorded.reason}"]


def _names(card: Card) -> Iterator[str]:
    shown = card.names[:_NAMES_SHOWN]
    yield from shown or ["none"]
    if len(card.names) > len(shown):
        yield f"and {len(card.names) - len(shown)} older: see --json"


def _capabilities(listings: tuple[Listing, ...]) -> Iterator[str]:
    """Guidelines that say the same of it in one line, the newest first."""
    said: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for one in reversed(listings):
        status = one.status.value if one.status else "listed by no component"
        targets = ", ".join(one.targets)
        said.setdefault((one.capability, status, targets, one.flag), {})[one.guideline] = None
    for (capability, status, targets, flag), guidelines in said.items():
        line = f"{capability}: {status}" + (f" for {targets}" if targets else "")
        yield f"{line}, in {', '.join(guidelines)}"
        if flag:
            yield f"  flagged: {flag}"
