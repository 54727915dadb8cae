"""`refcheck registry cloud`: what an administrator says about clouds."""

from __future__ import annotations

from pathlib import Path

import click

from refcheck_server.commandline import place, registry_session


@click.group()
def cloud() -> None:
    """Clouds that results came from."""


@cloud.command("label")
@click.argument("digest")
@click.argument("label")
@place
def cloud_label(digest: str, label: str, database: str | None, data: Path | None) -> None:
    """Call the cloud with this DIGEST by the name LABEL on the pages."""
    from refcheck_server.results import services

    with registry_session(database, data) as session:
        services.label_cloud(session, digest, label)
        click.echo(f"labelled  {digest[:12]}…  {label}")
