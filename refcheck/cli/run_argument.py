"""`RUN`: which of the runs that are kept a command is about."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def names_a_run(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument RUN and the option --runs; it is called with the run's `folder`.

    Raises:
        WrongUse: there is no such run.
        BadResult: the folder is not that of a run.
    """

    @click.argument("run", metavar="RUN")
    @click.option("--runs", type=click.Path(file_okay=False, path_type=Path),
                  default="refcheck-runs", show_default=True,
                  help="Folder that keeps the runs.")  # fmt: skip
    @functools.wraps(command)
    def with_folder(run: str, runs: Path, **others: Any) -> Any:
        from refcheck.report.folder import find_run

        return command(folder=find_run(run, runs), **others)

    return with_folder
