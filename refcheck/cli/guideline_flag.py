"""`refcheck guideline flag` and `unflag`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

_OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file of the new edition: JSON if it ends so, else YAML. Must not be there yet.",
)
_IN_PLACE = click.option(
    "--in-place", is_flag=True, help="Change the given file itself; never a built-in guideline."
)


@click.command()
@click.argument("id_or_file")
@click.argument("test")
@click.option(
    "--reason",
    required=True,
    help="Why, beginning with a code: 'D401 the test fails on a leap day'. "
    "D400 criteria, D401 bug in the test, D402 bug in the code, D403 needs what is not required, "
    "D404 fits no capability, D405 one implementation only, D406 removed.",
)
@click.option("--action", required=True, help="What would end the flag.")
@click.option("--date", help="When it was decided, YYYY-MM-DD; today if not given.")
@_OUTPUT
@_IN_PLACE
def flag(
    id_or_file: str,
    test: str,
    reason: str,
    action: str,
    date: str | None,
    output: Path | None,
    in_place: bool,  # noqa: FBT001
) -> None:
    """Write a new edition in which TEST (name, id or alias) is flagged: it no longer counts."""
    from refcheck.guideline.flagging import flagged
    from refcheck.guideline.library import document
    from refcheck.guideline.model import Flag

    target = _target(id_or_file, output, in_place=in_place)
    on = date or datetime.now(UTC).date().isoformat()
    tree = flagged(document(id_or_file), where=id_or_file, test=test, flag=Flag(reason, action, on))
    _write(tree, target, in_place=in_place)


@click.command()
@click.argument("id_or_file")
@click.argument("test")
@_OUTPUT
@_IN_PLACE
def unflag(
    id_or_file: str,
    test: str,
    output: Path | None,
    in_place: bool,  # noqa: FBT001
) -> None:
    """Write a new edition in which TEST (name, id or alias) is no longer flagged."""
    from refcheck.guideline.flagging import unflagged
    from refcheck.guideline.library import document

    target = _target(id_or_file, output, in_place=in_place)
    _write(unflagged(document(id_or_file), where=id_or_file, test=test), target, in_place=in_place)


def _target(id_or_file: str, output: Path | None, *, in_place: bool) -> Path:
    """The file to write: exactly one of --output and --in-place must be given."""
    from refcheck.errors import WrongUse
    from refcheck.guideline.library import ids

    if (output is None) != in_place:
        raise WrongUse("one of --output and --in-place is needed", next_step="Give one of them.")
    if output is not None:
        return output
    if id_or_file in ids():
        raise WrongUse(
            f"{id_or_file} is built in, and never changed",
            next_step="Give --output with a file of your own.",
        )
    return Path(id_or_file)


def _write(tree: dict[str, Any], target: Path, *, in_place: bool) -> None:
    from refcheck.guideline.flagging import write_edition

    edition = write_edition(tree, target, overwrite=in_place)
    click.echo(f"{edition.id} is in {target} (sha256 {edition.sha256})")
