"""Tables of the pages as CSV, for spreadsheets."""

from __future__ import annotations

from flask import Response

from refcheck.result.document import from_statement
from refcheck_server import tables
from refcheck_server.accounts.credentials_views import account_api
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.evidence.views import EVIDENCE, listed_evidence
from refcheck_server.publication.arguments import (
    CAPABILITIES,
    CLOUDS,
    OWN_RESULTS,
    PROGRAMS,
    RESULTS,
    listed_capabilities,
    listed_clouds,
    listed_own_results,
    listed_programs,
    listed_results,
)
from refcheck_server.publication.views import pages
from refcheck_server.results import queries

_RESULT = "/results/<hex(length=32):result_id>"
_CLOUD = "/clouds/<hex(length=64):digest>"
_OWN = Action.SEE_OWN_ACCOUNT
CLOUDS.offer_csv(pages, "/clouds", Action.BROWSE, listed_clouds)
RESULTS.offer_csv(pages, f"{_CLOUD}/results", Action.BROWSE, listed_results)
PROGRAMS.offer_csv(pages, f"{_CLOUD}/programs", Action.BROWSE, listed_programs)
CAPABILITIES.offer_csv(pages, f"{_RESULT}/capabilities", Action.BROWSE, listed_capabilities)
EVIDENCE.offer_csv(pages, f"{_RESULT}/evidence", Action.BROWSE, listed_evidence)
OWN_RESULTS.offer_csv(pages, "/account/results", _OWN, listed_own_results)
OWN_RESULTS.offer_json(account_api, "/results", _OWN, listed_own_results, token=True)


@pages.get(f"{_RESULT}/tests.csv")
@needs(Action.BROWSE)
def tests_table(result_id: str) -> Response:
    """Every test of a result."""
    session, reader = current_session(), current_principal()
    found = queries.find_result(session, result_id, reader=reader, envelope=True)
    rows = [
        {
            "id": one.id,
            "test": one.name,
            "outcome": one.outcome.value,
            "reason": one.reason,
            "seconds": f"{one.duration:g}",
            "attempts": one.attempts,
        }
        for one in from_statement(found.payload).outcomes
    ]
    columns = ("id", "test", "outcome", "reason", "seconds", "attempts")
    return tables.as_csv(f"{result_id}.tests", columns, rows)
