"""The options that `doctor` and `plan` share with `run`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

_OPTIONS = (
    click.option("--os-cloud", metavar="NAME", envvar="OS_CLOUD", help="The cloud in clouds.yaml."),
    click.option("--os-cloud-alt", metavar="NAME", help="Another user's, of another project."),
    click.option("--os-cloud-admin", metavar="NAME", help="Of who may make users for tests."),
    click.option("--guideline", metavar="ID|FILE", default="2020.06", show_default=True),
    click.option("--target", metavar="PROGRAM", default="platform", show_default=True),
    click.option("--image", metavar="ID|NAME", default="", help="As of `refcheck run`."),
    click.option("--flavor", metavar="ID|NAME", default="", help="As of `refcheck run`."),
    click.option("--guest-user", metavar="NAME", default="", help="As of `refcheck run`."),
    click.option("--runs", metavar="DIR", default="refcheck-runs", show_default=True,
                 help="Folder of earlier runs: how long tests took on this cloud."),
)  # fmt: skip


def asks_about_a_run(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of `Asked`, by their names."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
