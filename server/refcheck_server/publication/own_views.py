"""What an account sent: the list of it, and who may see each result."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from refcheck_server.accounts.guarding import current_principal
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.publication.arguments import listed_own_results
from refcheck_server.publication.views import pages
from refcheck_server.results import queries, services


@pages.get("/account/results", Action.SEE_OWN_ACCOUNT)
def own_results() -> str:
    """One's own results, shared or not."""
    return render_template("own_results.html", page=listed_own_results())


@pages.post("/results/<hex(length=32):result_id>/share", Action.SEND_RESULT)
def share(result_id: str) -> Response:
    """Let anyone see a result of one's own from now on."""
    session = current_session()
    found = queries.find_own_result(session, result_id, current_principal())
    services.share(session, found, now=context().now())
    return _back(result_id)


@pages.post("/results/<hex(length=32):result_id>/withdraw", Action.SEND_RESULT)
def withdraw(result_id: str) -> Response:
    """Keep a result of one's own to oneself again."""
    session = current_session()
    found = queries.find_own_result(session, result_id, current_principal())
    services.withdraw(session, found, now=context().now())
    return _back(result_id)


def _back(result_id: str) -> Response:
    return redirect(url_for("pages.result", result_id=result_id, _anchor="sharing"), 303)
