"""The page of a result of RefStack's client."""

from __future__ import annotations

from flask import render_template

from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.publication.views import pages
from refcheck_server.refstack import services
from refcheck_server.refstack.reading import outcomes_of


@pages.get("/refstack/<uuid:result_id>")
@needs(Action.BROWSE)
def refstack(result_id: object) -> str:
    """What passed, what is missing, and what it comes to."""
    session = current_session()
    found = services.find(session, str(result_id), current_principal())
    return render_template(
        "refstack.html",
        result=found,
        names=sorted(one.name for one in outcomes_of(services.body_of(session, found))),
        missing=services.MISSING,
        verdict=services.judged(session, found, context().guidelines, at=context().now()),
    )
