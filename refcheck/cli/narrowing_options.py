"""The options by which a run leaves tests out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_RESULT = click.Path(path_type=Path)
_OPTIONS = (
    click.option("--services", metavar="TYPE,...",
                 help="Only tests of these services, such as compute,network."),
    click.option("--capability", metavar="GLOB", multiple=True,
                 help="Only tests of these capabilities; may be repeated."),
    click.option("--since", metavar="RESULT", type=_RESULT,
                 help="Only tests that did not pass in that result, and new ones."),
    click.option("--changed-only", metavar="RESULT", type=_RESULT,
                 help="Only tests of services whose versions or extensions differ from then."),
    click.option("--shard", metavar="K/N",
                 help="Only the K-th of N parts that last equally long; see `refcheck merge`."),
)  # fmt: skip


def narrows(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of `narrowing_of`, by their names."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
