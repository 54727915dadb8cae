"""Whether this registry is well, for whatever watches over it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError

from refcheck import __version__
from refcheck_server import migrating
from refcheck_server.accounts.guarding import Views
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation
from refcheck_server.errors import RegistryFault
from refcheck_server.evidence.stores import current_store
from refcheck_server.jobs import queries

health = Views("health", __name__)


class NotReady(RegistryFault, status=503):
    """No request can be served at the moment."""


@health.get("/healthz", Action.WATCH, Operation())
def alive() -> dict[str, str]:
    """Whether this process answers; asks nobody. One that does not should be started again."""
    return {"status": "ok", "version": __version__}


@health.get("/readyz", Action.WATCH, Operation())
def ready() -> dict[str, Any]:
    """Whether requests can be served now: the database answers and has the right schema.

    How background jobs and the store of evidence are, is told beside it and decides nothing.
    """
    session = current_session()
    try:
        found = migrating.revision_of(session.connection())
    except (OperationalError, InterfaceError):
        raise NotReady("the database does not answer", next_step="Start it.") from None
    if found != migrating.newest():
        fault = f"the database is at revision {found}, not {migrating.newest()}"
        raise NotReady(fault, next_step="Run `refcheck registry db upgrade`.")
    return {
        "status": "ok",
        "jobs": asdict(queries.look(session, now=context().now())),
        "evidence": "away" if current_store().fault() else "ok",
    }
