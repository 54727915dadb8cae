"""`refcheck guideline simulate`: which results gain or lose a tier when a guideline changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.errors import BadResult, WrongUse

if TYPE_CHECKING:
    from refcheck.verdict.simulation import Change

_ENDINGS = frozenset({".json", ".subunit", ".xml", ".txt"})
_NO_RESULT = frozenset({"verdict.json"})
"""Files of a run folder that are no results."""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--guideline", "guideline_id", metavar="ID|FILE", required=True, help="As it is.")
@click.option("--changed", "changed_id", metavar="ID|FILE", required=True, help="As it might be.")
@click.option("--json", "as_json", is_flag=True, help="Print each result's tiers, a line each.")
def simulate(
    folder: Path,
    guideline_id: str,
    changed_id: str,
    as_json: bool,  # noqa: FBT001 - click passes it by name
) -> None:
    """Which results in FOLDER gain or lose a tier under a changed guideline.

    Results are files ending in .json, .subunit, .xml or .txt, at any depth. A tier is a program
    whose capability rule holds; designated code is left out. Files that are no results are told
    and passed over.
    """
    from refcheck.report.printable import plain

    changes: dict[str, Change] = {}
    for name, told in _judged(folder, guideline_id, changed_id):
        if isinstance(told, BadResult):
            click.echo(plain(f"passed over: {told}"), err=True)
            continue
        changes[name] = told
        if as_json:
            click.echo(json.dumps({"result": name, "before": told.before, "after": told.after}))
        elif told.gained or told.lost:
            click.echo(plain(f"{name}: {_words(told)}"))
    if not changes:
        raise WrongUse(
            "holds no result", where=str(folder), next_step="Name a folder with result files."
        )
    if not as_json:
        gain = sum(bool(change.gained) for change in changes.values())
        lose = sum(bool(change.lost) for change in changes.values())
        click.echo(f"{len(changes)} results: {gain} gain a tier, {lose} lose one")


def _judged(
    folder: Path, guideline_id: str, changed_id: str
) -> Iterator[tuple[str, Change | BadResult]]:
    from refcheck.guideline.library import load
    from refcheck.result.load import load_file
    from refcheck.verdict.simulation import simulate as compare

    guideline, changed = load(guideline_id), load(changed_id)
    at = datetime.now(UTC)
    for path in sorted(folder.rglob("*")):
        if path.suffix not in _ENDINGS or path.name in _NO_RESULT or not path.is_file():
            continue
        name = str(path.relative_to(folder))
        try:
            outcomes = load_file(path).outcomes
        except BadResult as error:
            yield name, error
        else:
            yield name, compare(guideline, changed, outcomes, at=at, load=load)


def _words(change: Change) -> str:
    parts = [f"gains {', '.join(change.gained)}"] if change.gained else []
    parts += [f"loses {', '.join(change.lost)}"] if change.lost else []
    return "; ".join(parts)
