"""Reading applications, for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.evidence.views import BYTES, as_file
from refcheck_server.results.dictionaries import unpack_alone
from refcheck_server.review import evidence, queries, representation
from refcheck_server.review.agreement import digest_of_text
from refcheck_server.review.arguments import (
    APPLICATIONS,
    acting,
    listed_applications,
    visible_application,
)
from refcheck_server.review.conditions import Case
from refcheck_server.review.judging import evidence_of
from refcheck_server.review.lists import (
    CHANGES,
    FILES,
    TESTS,
    listed_changes,
    listed_files,
    listed_tests,
)
from refcheck_server.review.models import Application
from refcheck_server.review.possible import possible_moves
from refcheck_server.review.stakes import sees_inside

applications_api = Blueprint("applications_api", __name__, url_prefix="/api/v1")
_ONE = "/applications/<number:application_id>"


APPLICATIONS.offer_json(
    applications_api, "/applications", Action.SEE_APPLICATIONS, listed_applications, token=True
)


@applications_api.get("/agreement")
@needs(Action.BROWSE)
@describe(Operation())
def agreement() -> dict[str, Any]:
    """The agreement that vendors accept before they submit, and its digest."""
    text = acting().house.agreement
    return {"text": text, "sha256": digest_of_text(text)}


@applications_api.get(_ONE)
@needs(Action.SEE_APPLICATIONS)
@describe(Operation(token=True))
def application(application_id: int) -> dict[str, Any]:
    """One application, with all that was said, asked for and decided."""
    return told(visible_application(application_id))


@applications_api.get(f"{_ONE}/verdict")
@needs(Action.SEE_APPLICATIONS)
@describe(Operation(token=True))
def verdict(application_id: int) -> Response:
    """The canonical bytes of the last verdict on it, with evidence and waivers."""
    found = visible_application(application_id, verdict=True)
    name = f"application-{application_id}.verdict.json"
    return Response(
        unpack_alone(found.verdict),
        mimetype="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


_SEES = Action.SEE_APPLICATIONS
FILES.offer_json(applications_api, f"{_ONE}/files", _SEES, listed_files, token=True)
TESTS.offer_json(applications_api, f"{_ONE}/tests", _SEES, listed_tests, token=True)
CHANGES.offer_json(applications_api, f"{_ONE}/changes", _SEES, listed_changes, token=True)


@applications_api.get(f"{_ONE}/evidence/<hex(length=64):sha256>")
@needs(Action.SEE_APPLICATIONS)
@describe(Operation(token=True, media=BYTES))
def download_evidence(application_id: int, sha256: str) -> Response:
    """One file of evidence, to the byte; always a file, never a page."""
    found = visible_application(application_id)
    return as_file(evidence.find(current_session(), found, sha256), shared=False)


def told(found: Application) -> dict[str, Any]:
    """An application, as far as whoever asks may see it."""
    session, by = current_session(), acting()
    case = Case(session, found, by)
    around = representation.Around(
        evidence=evidence_of(session, found.id),
        steps=queries.steps_of(session, found),
        comments=queries.comments_on(session, found, inside=sees_inside(by.principal, found)),
        waivers=queries.waivers_of(session, found),
        moves=[one.transition.move for one in possible_moves(case) if not one.faults],
    )
    return representation.application(found, around)
