"""What the commands that talk to a registry have in common: its address, and a token."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def registry_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options `--registry`, `--token` and `--token-file`."""
    command = click.option(
        "--token-file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="File that holds the token.",
    )(command)
    command = click.option(
        "--token",
        envvar="REFCHECK_TOKEN",
        show_envvar=True,
        help="API token; better in the variable or a file than on the command line.",
    )(command)
    return click.option(
        "--registry",
        envvar="REFCHECK_REGISTRY",
        required=True,
        metavar="URL",
        show_envvar=True,
        help="Address of the registry.",
    )(command)


def given_token(token: str | None, file: Path | None) -> str:
    """The token that was given one way or the other.

    Raises:
        WrongUse: none was, or its file cannot be read.
    """
    from refcheck.errors import WrongUse

    if file is not None:
        try:
            return file.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            raise WrongUse(
                "the token cannot be read", where=str(file), next_step="Name a file that holds it."
            ) from error
    if token is None:
        raise WrongUse(
            "no token was given",
            next_step="Set REFCHECK_TOKEN or give --token-file; the registry's administrator "
            "makes one with `refcheck registry token new`.",
        )
    return token.strip()
