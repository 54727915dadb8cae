"""What must be said whenever a guideline is used that is not an official text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from refcheck.guideline.model import Guideline


def load_labelled(id_or_path: str) -> Guideline:
    """Load a guideline; say on standard error when it is reconstructed."""
    from refcheck.guideline.library import load

    one = load(id_or_path)
    if one.status == "reconstructed":
        click.echo(f"note: {one.id} is reconstructed, not an official text", err=True)
    return one
