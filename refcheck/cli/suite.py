"""`refcheck suite`: what the suite tests, and what each test asks of a cloud."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from refcheck.plugin.catalogue import Card, Listing

_STATUSES = ("required", "advisory", "deprecated", "removed")


@click.group()
def suite() -> None:
    """See what the suite tests, and what each test asks of a cloud."""


@suite.command("list")
@click.option("--guideline", metavar="ID", default="", help="Only tests that it names.")
@click.option("--target", metavar="PROGRAM", default="", help="Only those it counts for a program.")
@click.option("--status", type=click.Choice(_STATUSES), help="Only of capabilities of this status.")
@click.option("--capability", metavar="TEXT", default="", help="Only of capabilities so called.")
@click.option("--service", metavar="TYPE", default="", help="Only those that ask this service.")
@click.option("--json", "as_json", is_flag=True, help="All that `show` tells, as a JSON list.")
def list_(*, as_json: bool, status: str | None, **words: str) -> None:
    """List the tests of the suite, one a line: id, capability, cost, needs, what it says."""
    from refcheck.plugin.catalogue import cards
    from refcheck.plugin.lookup import select

    _check_words(words)
    found = select(cards(), status=status or "", **words)
    if as_json:
        click.echo(json.dumps([_document(card, entries) for card, entries in found], indent=2))
        return
    from refcheck.report.columns import columns

    rows = [_row(card, entries or card.listings) for card, entries in found]
    for line in columns(("id", "capability", "cost", "needs", "what it says"), rows):
        click.echo(line)
    click.echo(f"{len(rows)} tests", err=True)


@suite.command()
@click.argument("test", metavar="ID|NAME")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def show(*, test: str, as_json: bool) -> None:
    """Show one test: its names, capabilities, calls, needs and cost.

    It is given by its idempotent id or the beginning of it, by our function's name, or by a name
    or an alias that any guideline gives it.
    """
    from refcheck.plugin.catalogue import cards
    from refcheck.plugin.lookup import find

    card = find(cards(), test)
    if as_json:
        click.echo(json.dumps(_document(card, card.listings), indent=2))
    else:
        from refcheck.cli.suite_text import tell

        tell(card)


def _check_words(words: dict[str, str]) -> None:
    """A word that holds for nothing at all is a mistake, not an empty list."""
    from refcheck.errors import UnknownTarget, WrongUse
    from refcheck.guideline.library import builtin, programs

    if words["guideline"]:
        builtin(words["guideline"])
    offered = programs()
    known = {t for id_, several in offered.items() for t in several
             if words["guideline"] in ("", id_)}  # fmt: skip
    if words["target"] and words["target"] not in known:
        raise UnknownTarget(
            f"no such target {words['target'][:80]!r}",
            next_step=f"Give one of: {', '.join(sorted(known))}.",
        )
    services = ("identity", "compute", "image", "network", "block-storage", "object-store")
    if words["service"] and words["service"] not in services:
        raise WrongUse(
            f"the suite asks no service {words['service'][:80]!r}",
            next_step=f"Give one of: {', '.join(services)}.",
        )


def _row(card: Card, entries: tuple[Listing, ...]) -> tuple[str, ...]:
    capability = entries[-1].capability if entries else ""
    return card.id, capability, card.cost, ", ".join(card.needs), card.sentence


def _document(card: Card, entries: tuple[Listing, ...]) -> dict[str, Any]:
    from dataclasses import asdict

    recorded = asdict(card.recorded) if card.recorded else {}
    return {
        "id": card.id,
        "name": card.name,
        "sentence": card.sentence,
        "place": card.place,
        "about": card.about,
        "names": list(card.names),
        "services": list(card.services),
        "capabilities": [asdict(entry) for entry in entries],
        "needs": list(card.needs),
        "cost": card.cost,
        "calls": list(recorded.get("calls", ())),
        "creates": dict(recorded.get("creates", {})),
        "shares": sorted(recorded.get("shares", {})),
        "requests": recorded.get("requests"),
        "seconds": recorded.get("seconds"),
        "recorded": bool(recorded),
    }
