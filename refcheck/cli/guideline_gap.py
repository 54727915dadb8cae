"""`refcheck guideline gap`: what a result would miss under another guideline."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.errors import ExitCode, WrongUse

if TYPE_CHECKING:
    from refcheck.result.load import Loaded
    from refcheck.verdict.gap import Gap

_SHOWN = 5
"""Tests shown per capability."""


@click.command()
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--to", "to_id", metavar="ID|FILE", required=True, help="Such as next.")
@click.option("--from", "from_id", metavar="ID|FILE", help="Default: the result's own guideline.")
@click.option("--target", help="platform, compute, object, ... Default: the result's own.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def gap(
    result: Path,
    to_id: str,
    from_id: str | None,
    target: str | None,
    as_json: bool,  # noqa: FBT001 - click passes it by name
) -> int:
    """What RESULT would miss under another guideline: capabilities and tests.

    RESULT is any file that `refcheck judge` reads, or a run folder. Designated code is left out.
    The exit code is 0 when nothing is missed, else 1.
    """
    from refcheck.guideline.library import load
    from refcheck.result.load import load_file
    from refcheck.verdict.gap import gap_between
    from refcheck.verdict.judge import judge

    path = result / "result.json" if result.is_dir() else result
    loaded = load_file(path)
    from_id, target = _origin(loaded, from_id, target, path)
    at = datetime.now(UTC)
    before, after = (
        judge(load(one), target, loaded.outcomes, at=at, load=load) for one in (from_id, to_id)
    )
    found = gap_between(before, after)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2))
    else:
        _print(found)
    return ExitCode.DOES_NOT_QUALIFY if found.missed else ExitCode.DONE


def _origin(loaded: Loaded, from_id: str | None, target: str | None, path: Path) -> tuple[str, str]:
    """The guideline and target to start from: those given, or the result's own."""
    own = loaded.result
    from_id = from_id or (own.guideline_id if own else None)
    target = target or (own.target if own else None)
    if from_id is None or target is None:
        raise WrongUse(
            f"a {loaded.form} does not name its guideline and target",
            where=str(path),
            next_step=f"Give {'--from' if from_id is None else '--target'}.",
        )
    return from_id, target


def _print(found: Gap) -> None:
    from refcheck.report.printable import plain

    before, after = found.before, found.after
    click.echo(
        plain(
            f"{before.guideline_id} to {after.guideline_id}, {after.target}: "
            f"{before.capability_rule.value}, then {after.capability_rule.value}"
        )
    )
    for one in found.missed:
        click.echo(plain(f"{one.capability}  {one.cause.value}, {len(one.tests)} tests"))
        for blocker in one.tests[:_SHOWN]:
            reason = f"  {blocker.reason}" if blocker.reason else ""
            click.echo(plain(f"  {blocker.outcome:<9} {blocker.name or blocker.test}{reason}"))
        if len(one.tests) > _SHOWN:
            click.echo(f"  and {len(one.tests) - _SHOWN} more (--json lists all)")
    if found.eased:
        click.echo(plain(f"no longer required: {', '.join(found.eased)}"))
    if not found.missed:
        click.echo("nothing is missed")
