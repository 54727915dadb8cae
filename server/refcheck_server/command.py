"""`refcheck registry`: run a registry, and administer its accounts."""

from __future__ import annotations

from pathlib import Path

import click

from refcheck_server import migrating
from refcheck_server.accounts.commands import account, key, token
from refcheck_server.accounts.rights import Action
from refcheck_server.audit.commands import audit
from refcheck_server.commandline import collect_seldom, performs, place, read_settings
from refcheck_server.database import Database
from refcheck_server.evidence.commands import evidence
from refcheck_server.evidence.stores import open_store
from refcheck_server.jobs.commands import job, work
from refcheck_server.marketplace.commands import claim, publish
from refcheck_server.operations import logs
from refcheck_server.operations.commands import backup, restore
from refcheck_server.refstack.commands import refstack_key
from refcheck_server.results.commands import cloud, rejudge
from refcheck_server.settings import Log
from refcheck_server.vendors.commands import vendor


@click.group()
def registry() -> None:
    """Run and administer a registry."""
    collect_seldom()


for _command in (
    account, token, key, refstack_key, cloud, rejudge, vendor,
    audit, publish, claim, backup, restore, work, job, evidence,
):  # fmt: skip
    registry.add_command(_command)


@registry.command()
@place
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8470,
    show_default=True,
    help="0: a free one.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@performs(Action.OPERATE)
def serve(database: str | None, data: Path | None, host: str, port: int, workers: int) -> None:
    """Bring the database up to date and serve until Ctrl-C."""
    from refcheck_server import serving
    from refcheck_server.operations import metrics
    from refcheck_server.work import app_that_works  # the whole application: not for `--help`

    settings = read_settings(database, data)
    if settings.log is Log.JSON:
        logs.write_json()
    open_store(settings)  # a fault of it is told here, where a worker's would be a traceback
    listener = serving.listen(host, port)
    store = Database(settings.database_url)
    migrating.upgrade(store)
    store.engine.dispose()  # workers open their own connections
    address = f"[{host}]" if ":" in host else host
    click.echo(f"registry  http://{address}:{listener.getsockname()[1]}/")
    click.echo(f"database  {store.engine.url.render_as_string()}")
    click.echo("Ctrl-C ends it.")
    with serving.shared_folder() as folder:
        metrics.gather_in(folder)
        counts = str(folder / "requests.counts")
        serving.serve(lambda: app_that_works(settings, counts), listener, workers=workers)


@registry.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@place
@performs(Action.OPERATE)
def db_upgrade(database: str | None, data: Path | None) -> None:
    """Bring the database to the schema of this version."""
    store = Database(read_settings(database, data).database_url)
    before = migrating.upgrade(store)
    click.echo(f"database  {store.engine.url.render_as_string()}")
    click.echo(f"schema    {before or 'empty'} -> {migrating.newest()}")
