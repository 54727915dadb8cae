"""`refcheck guideline test-list` and `score`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from refcheck.guideline.scoring import Score

_STATUSES = ("required", "advisory", "deprecated", "removed")


@click.command("test-list")
@click.argument("id_or_file")
@click.option("--target", help="Only the tests of this program: platform, compute, object, ...")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice(_STATUSES),
    help="Only of capabilities of this status; may be given several times.",
)
@click.option(
    "--flagged/--no-flagged", default=True, help="With flagged tests (the default) or without."
)
@click.option("--aliases", is_flag=True, help="A line for each alias as well.")
@click.option("--json", "as_json", is_flag=True, help="The lines as a JSON list.")
def test_list(
    id_or_file: str,
    target: str | None,
    statuses: tuple[str, ...],
    flagged: bool,  # noqa: FBT001
    aliases: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """List a guideline's tests, one `name[id-...]` a line, for Tempest and RefStack clients."""
    from refcheck.cli.guideline_label import load_labelled
    from refcheck.guideline.listing import list_tests
    from refcheck.guideline.model import Status

    lines = list_tests(
        load_labelled(id_or_file),
        target=target,
        statuses=[Status(word) for word in statuses or _STATUSES],
        flagged=flagged,
        aliases=aliases,
    )
    if as_json:
        click.echo(json.dumps(lines, indent=2))
    else:
        for line in lines:
            click.echo(line)


@click.command()
@click.argument("id_or_file")
@click.option("--cutoff", type=click.IntRange(0, 100), help="Instead of the guideline's own.")
@click.option(
    "--weight",
    "weights",
    metavar="CRITERION=N",
    multiple=True,
    help="A weight instead of the guideline's own.",
)
@click.option("--json", "as_json", is_flag=True, help="Every score with its reasons, as JSON.")
def score(
    id_or_file: str,
    cutoff: int | None,
    weights: tuple[str, ...],
    as_json: bool,  # noqa: FBT001
) -> None:
    """Score capabilities by the criteria: which would become required, and why."""
    from refcheck.cli.guideline_label import load_labelled
    from refcheck.guideline.scoring import scores

    one = load_labelled(id_or_file)
    found = list(scores(one, cutoff=cutoff, weights=dict(map(_weight, weights))))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
    else:
        _print_scores(found)


def _weight(word: str) -> tuple[str, int]:
    from refcheck.errors import WrongUse

    key, _, number = word.partition("=")
    if not (number.isascii() and number.isdecimal() and len(number) < 4):
        raise WrongUse(
            f"--weight {word[:80]!r} is not CRITERION=N",
            next_step="Give a whole number, as atomic=6.",
        )
    return key, int(number)


def _print_scores(found: list[Score]) -> None:
    from rich.console import Console

    from refcheck.report.printable import printable

    console = Console(highlight=False, soft_wrap=True)
    for one in found:
        changed = "" if one.proposed == one.status else f" → {one.proposed or 'out'}"
        head = f"{one.total:3} {one.capability}  {one.status or 'unlisted'}{changed}"
        console.print(printable(head, "bold" if changed else ""))
        console.print(
            printable(
                f"      {one.reason} Meets {', '.join(one.met) or 'none'};"
                f" lacks {', '.join(one.unmet) or 'none'}."
            )
        )
    changing = sum(one.proposed != one.status for one in found)
    console.print(f"{len(found)} capabilities, {changing} would change their status")
