"""`refcheck registry evidence`: see that it is there, and clear away what nobody has."""

from __future__ import annotations

from pathlib import Path

import click

from refcheck_server.accounts.rights import Action
from refcheck_server.commandline import (
    opened,
    performs,
    place,
    read_settings,
    registry_session,
    utc_now,
)
from refcheck_server.evidence.errors import EvidenceLost, EvidenceUnreachable
from refcheck_server.evidence.services import amount, check, collect
from refcheck_server.evidence.stores import Store, open_store
from refcheck_server.settings import Settings


@click.group()
def evidence() -> None:
    """The store of evidence beside results."""


@evidence.command("check")
@place
@performs(Action.OPERATE)
def evidence_check(database: str | None, data: Path | None) -> None:
    """Read everything that results have, and see that it is what it was.

    Ends with 1 when something is lost or damaged: after a restore this says what to copy.
    """
    store = _usable_store(read_settings(database, data))
    with registry_session(database, data) as session:
        found = check(session, store)
    for sha256 in found.lost:
        click.echo(f"lost      {sha256}", err=True)
    click.echo(f"sound     {amount(found.pieces, found.size)} in {store.place}")
    if found.lost:
        raise EvidenceLost(
            f"evidence is lost or damaged: {len(found.lost)} of {found.pieces + len(found.lost):,}",
            where=store.place,
            next_step="Copy them back from where the store is backed up.",
        )


@evidence.command("collect")
@place
@performs(Action.OPERATE)
def evidence_collect(database: str | None, data: Path | None) -> None:
    """Remove what no result has, and has had for a day."""
    settings = read_settings(database, data)
    store = _usable_store(settings)
    with opened(settings).session() as session:
        click.echo(f"removed   {collect(session, store, now=utc_now()):,} from {store.place}")


def _usable_store(settings: Settings) -> Store:
    """The store, so that what is away is not taken for lost.

    Raises:
        EvidenceUnreachable: it cannot be used now.
    """
    store = open_store(settings)
    if cause := store.fault():
        raise EvidenceUnreachable(
            f"the store of evidence cannot be used ({cause})",
            where=store.place,
            next_step="See that it is there and may be written to; for S3 see AWS_ENDPOINT_URL, "
            "AWS_REGION and the keys.",
        )
    return store
