"""`refcheck report`: tell of a run that has ended, goes on, or was killed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.cli.run_argument import names_a_run
from refcheck.report.formats import Format

if TYPE_CHECKING:
    from refcheck.report.story import Story


@click.command()
@names_a_run
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in Format]),
    default=Format.TERMINAL.value,
    show_default=True,
    help="In which form.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write to; else standard output.",
)
@click.option("--guideline", metavar="ID|FILE", help="Judge by this one; else by the run's own.")
def report(folder: Path, form: str, output: Path | None, guideline: str | None) -> None:
    """Tell of a run from its journal: one that has ended, goes on, or was killed.

    RUN is its folder, its name in the folder of runs, or `latest`. Exit status: 0 when the report
    was made, whatever it says.
    """
    from datetime import UTC, datetime

    from refcheck.report.folder import read_story
    from refcheck.report.formats import render, write

    story = read_story(folder, guideline, datetime.now(UTC))
    chosen = Format(form)
    if output:
        write(render(story, chosen), output)
    elif chosen is Format.TERMINAL:
        _tell(story)
    else:
        sys.stdout.buffer.write(render(story, chosen))


def _tell(story: Story) -> None:
    """To the terminal, with what colours and width it has."""
    from rich.console import Console

    from refcheck.report.as_terminal import tell

    tell(story, Console(highlight=False))
