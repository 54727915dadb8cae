"""`refcheck registry backup` and `restore`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from refcheck_server.accounts.rights import Action
from refcheck_server.commandline import performs, place, read_settings
from refcheck_server.database import Database
from refcheck_server.evidence.services import amount, held
from refcheck_server.operations.backup import back_up
from refcheck_server.operations.backup import restore as fill


@click.command()
@place
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@performs(Action.OPERATE)
def backup(database: str | None, data: Path | None, file: Path) -> None:
    """Write all data to FILE, also while the registry serves.

    FILE names each piece of evidence, and does not hold it: that is in the store, which is said at
    the end. After a restore `evidence check` says whether all is there.
    """
    settings = read_settings(database, data)
    store = Database(settings.database_url)
    _tell(back_up(store, file), f"are in {file}")
    with store.session() as session:
        pieces, size = held(session)
    if pieces:
        click.echo(f"evidence: copy {settings.evidence} too, {amount(pieces, size)}")


@click.command()
@place
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@performs(Action.OPERATE)
def restore(database: str | None, data: Path | None, file: Path) -> None:
    """Fill an empty database from FILE, of this version or an older one."""
    target = Database(read_settings(database, data).database_url)
    _tell(fill(file, target), f"are in {target.engine.url.render_as_string()}")


def _tell(counts: Mapping[str, int], where: str) -> None:
    for table, count in counts.items():
        click.echo(f"{table:<20}{count:>10,}")
    click.echo(f"{sum(counts.values()):,} rows {where}")
