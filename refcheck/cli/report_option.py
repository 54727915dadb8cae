"""`--report FORMAT=FILE`: reports that a run writes when it has ended."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

from refcheck.report.formats import Format


class _ReportFile(click.ParamType[tuple[Format, Path]]):
    """A form and the file to write it to; what is wrong with either is told before the run."""

    name = "FORMAT=FILE"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Format, Path]:
        form, equals, file = value.partition("=")
        known = [one.value for one in Format]
        if form not in known or not equals or not file:
            self.fail(f"{value!r} is not FORMAT=FILE with one of {', '.join(known)}", param, ctx)
        path = Path(file)
        if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
            self.fail(f"{file!r} cannot be written", param, ctx)
        return Format(form), path


writes_reports = click.option(
    "--report", "reports", multiple=True, type=_ReportFile(),
    help="Also write a report in this form; may be given several times.",
)  # fmt: skip


def write_reports(reports: Iterable[tuple[Format, Path]], folder: Path, guideline: str) -> None:
    """Write the reports of the run in a folder."""
    from datetime import UTC, datetime

    from refcheck.report.folder import read_story
    from refcheck.report.formats import render, write

    wanted = tuple(reports)
    if not wanted:
        return
    story = read_story(folder, guideline, datetime.now(UTC))
    for form, path in wanted:
        write(render(story, form), path)
