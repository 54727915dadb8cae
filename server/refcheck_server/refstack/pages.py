"""The page of a result of RefStack's client, where its owner shares it as on RefStack's site."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from refcheck_server.accounts.guarding import current_principal
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.fields import sent_fields
from refcheck_server.publication.views import pages
from refcheck_server.refstack import services
from refcheck_server.refstack.reading import outcomes_of


@pages.get("/refstack/<uuid:result_id>", Action.BROWSE)
def refstack(result_id: object) -> str:
    """What passed, what is missing, and what it comes to."""
    session, reader, shelf = current_session(), current_principal(), context().guidelines
    found = services.find(session, str(result_id), reader)
    return render_template(
        "refstack.html",
        result=found,
        names=sorted(one.name for one in outcomes_of(services.body_of(session, found))),
        missing=services.MISSING,
        verdict=services.judged(session, found, shelf, at=context().now()),
        own=reader.is_known and found.account_id == reader.account_id,
        guidelines=shelf.ids(),
        programs=shelf.programs(),
    )


@pages.post("/refstack/<uuid:result_id>", Action.MANAGE_REFSTACK_RESULT)
def change_refstack(result_id: object) -> Response:
    """Say who sees a result of one's own, and what it is for."""
    session, sent = current_session(), sent_fields()
    found = services.own(session, str(result_id), current_principal())
    meta = {name: sent.text(name, 64) or None for name in services.META}
    services.change(session, found, meta, context().guidelines, now=context().now())
    return redirect(url_for("pages.refstack", result_id=found.id), 303)
