"""`refcheck verdict`: look at verdict documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.errors import BadInput, ExitCode

if TYPE_CHECKING:
    from refcheck.verdict.replay import Recorded
    from refcheck.verdict.verdict import Verdict

_SIZE_LIMIT = 20 * 1024 * 1024
_SHOWN = 20


@click.group()
def verdict() -> None:
    """Judge a verdict again, offline, and say whether it comes out equal."""


@verdict.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--result", "result_file", type=click.Path(path_type=Path),
              help="What was judged. Default: result.json beside FILE.")  # fmt: skip
@click.option("--guideline", "guideline_file", metavar="ID|FILE", help="Default: the built-in one.")
def verify(file: Path, result_file: Path | None, guideline_file: str | None) -> int:
    """Judge again from the verdict document FILE and its inputs, and compare.

    FILE is the verdict.json of a run, its folder, or a line of `refcheck judge --json`. The
    document names result and guideline by digest; code evidence, waivers and the time of judging
    are in it. Nothing is fetched.

    The exit code is 0 when the verdict comes out equal, and 1 when anything differs.
    """
    from refcheck.guideline.library import load
    from refcheck.report.printable import plain
    from refcheck.result.load import load_file
    from refcheck.verdict.replay import differences, read_verdict, replay

    path = file / "verdict.json" if file.is_dir() else file
    recorded = read_verdict(_read(path), where=str(path))
    loaded = load_file(result_file or path.with_name("result.json"))
    guideline = load(guideline_file or recorded.guideline_id)
    again = replay(recorded, guideline, loaded.outcomes, load=load)
    found = differences(recorded, again)
    if not found:
        click.echo(f"equal: {plain(_named(again))}")
        return ExitCode.DONE
    click.echo(f"differs: {plain(_named(again))}")
    for reason in _inputs_that_differ(recorded, again):
        click.echo(f"  {plain(reason)}")
    for line in found[:_SHOWN]:
        click.echo(f"  {plain(line)}")
    if len(found) > _SHOWN:
        click.echo(f"  and {len(found) - _SHOWN} more")
    return ExitCode.DOES_NOT_QUALIFY


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_SIZE_LIMIT + 1)
    except OSError as error:
        raise BadInput(
            f"cannot be read ({error.strerror})", where=str(path), next_step="Check the path."
        ) from error
    if len(data) > _SIZE_LIMIT:
        raise BadInput(
            f"is larger than the {_SIZE_LIMIT:,} bytes that are read",
            where=str(path),
            next_step="Check that this is one verdict document.",
        )
    return data


def _named(again: Verdict) -> str:
    return (
        f"{again.guideline_id} {again.target} of {again.judged_at},"
        f" guideline {again.guideline_sha256[:12]}, {again.entries} outcomes, {again.engine}"
    )


def _inputs_that_differ(recorded: Recorded, again: Verdict) -> list[str]:
    """What explains everything else: other inputs, or another judge."""
    from refcheck.verdict.seen import outcomes_sha256

    reasons = []
    if recorded.guideline_sha256 != again.guideline_sha256:
        reasons.append("another edition of the guideline is here: give --guideline FILE")
    if recorded.outcomes_sha256 != outcomes_sha256(again.inputs.outcomes):
        reasons.append("the result is not the one that was judged: give --result FILE")
    if recorded.document["engine"] != again.engine:
        reasons.append(f"another judge wrote it: {recorded.document['engine']}")
    return reasons
