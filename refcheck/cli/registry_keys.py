"""`--registry-key KEY`: whose signature counts. Pinned by whoever asks, never taken from a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def registry_keys(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that names the public keys of registries that are trusted."""
    return click.option(
        "--registry-key",
        "--trust",
        "key_files",
        multiple=True,
        required=True,
        envvar="REFCHECK_REGISTRY_KEY",
        show_envvar=True,
        metavar="KEY",
        type=click.Path(path_type=Path),
        help="Public key file (PEM) of the registry, from a place you trust. Give it several "
        "times while a registry changes its key.",
    )(command)
