"""Applications for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import JSON, Operation, describe
from refcheck_server.fields import sent_fields
from refcheck_server.products.arguments import own_version
from refcheck_server.results.arguments import place_in
from refcheck_server.results.dictionaries import unpack_alone
from refcheck_server.review import moving, queries, representation, services, waivers
from refcheck_server.review.agreement import digest_of_text
from refcheck_server.review.arguments import (
    application_filter,
    house,
    own_application,
    sees_inside,
    visible_application,
    wish,
    writing,
)
from refcheck_server.review.conditions import Case
from refcheck_server.review.models import Application
from refcheck_server.review.possible import possible_moves

applications_api = Blueprint("applications_api", __name__, url_prefix="/api/v1")
_ONE = "/applications/<number:application_id>"
_VERSION = "/vendors/<word:vendor>/products/<word:product>/versions/<number:version_id>"
_SENT = (JSON, {"type": "object"})
_CHANGE = Operation(token=True, body=_SENT, refusals=(409, 422))


@applications_api.get("/applications")
@needs(Action.SEE_APPLICATIONS)
@describe(Operation(query=("state", "vendor", "after"), token=True))
def listed() -> dict[str, Any]:
    """Applications for marks; `state`, `vendor` and `after` narrow it."""
    wanted = application_filter()
    after = place_in(request.args, wanted.order)
    page = queries.list_applications(current_session(), wanted, after, current_principal())
    return representation.application_list(page)


@applications_api.get("/agreement")
@needs(Action.BROWSE)
@describe(Operation())
def agreement() -> dict[str, Any]:
    """The agreement that vendors accept before they submit, and its digest."""
    text = house().agreement
    return {"text": text, "sha256": digest_of_text(text)}


@applications_api.get(_ONE)
@needs(Action.SEE_APPLICATIONS)
@describe(Operation(token=True))
def application(application_id: int) -> dict[str, Any]:
    """One application, with all that was said, asked for and decided."""
    return _told(visible_application(application_id))


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


@applications_api.post(f"{_VERSION}/applications")
@needs(Action.APPLY)
@describe(Operation(status=201, token=True, body=_SENT, refusals=(409, 422)))
def apply(vendor: str, product: str, version_id: int) -> tuple[dict[str, Any], int]:
    """A new application, as a draft: `result`, `target`, perhaps `code` and a `note`."""
    session = current_session()
    version = own_version(vendor, product, version_id, Action.APPLY)
    made = services.apply(session, version, sent_fields(), writing())
    session.commit()
    return _told(made), 201


@applications_api.put(_ONE)
@needs(Action.APPLY)
@describe(_CHANGE)
def edit(application_id: int) -> dict[str, Any]:
    """Change what an application says; `revision` is the one that was read."""
    session, found = current_session(), own_application(application_id, Action.APPLY)
    services.edit(session, found, sent_fields(), writing())
    session.commit()
    return _told(found)


@applications_api.post(f"{_ONE}/agreement")
@needs(Action.APPLY)
@describe(_CHANGE)
def accept(application_id: int) -> dict[str, Any]:
    """Agree for the vendor to the text with the digest `agreement`."""
    session, found = current_session(), own_application(application_id, Action.APPLY)
    services.accept(session, found, sent_fields(), house().agreement, writing())
    session.commit()
    return _told(found)


@applications_api.post(f"{_ONE}/waivers")
@needs(Action.APPLY)
@describe(_CHANGE)
def ask_waiver(application_id: int) -> dict[str, Any]:
    """Ask for a waiver of a `test`, a `capability`, or both; `wish` says why."""
    session, found = current_session(), own_application(application_id, Action.APPLY)
    waivers.ask(session, found, sent_fields(), now=context().now())
    session.commit()
    return _told(found)


@applications_api.post(f"{_ONE}/waivers/<number:waiver_id>/decision")
@needs(Action.REVIEW)
@describe(_CHANGE)
def decide_waiver(application_id: int, waiver_id: int) -> dict[str, Any]:
    """Grant or refuse a waiver; `public` is published with every verdict that uses it."""
    session, found = current_session(), own_application(application_id, Action.REVIEW)
    waivers.decide(
        session,
        found,
        waiver_id,
        sent_fields(),
        current_principal(),
        context().guidelines,
        now=context().now(),
    )
    session.commit()
    return _told(found)


@applications_api.post(f"{_ONE}/comments")
@needs(Action.COMMENT)
@describe(_CHANGE)
def comment(application_id: int) -> dict[str, Any]:
    """Say something; `internal` is `yes` for what the vendor must not read."""
    session, found = current_session(), own_application(application_id, Action.COMMENT)
    services.comment(
        session,
        found,
        sent_fields(),
        current_principal(),
        inside=sees_inside(found),
        now=context().now(),
    )
    session.commit()
    return _told(found)


@applications_api.post(f"{_ONE}/moves/<word:move>")
@needs(Action.MOVE_APPLICATION)
@describe(_CHANGE)
def move(application_id: int, move: str) -> dict[str, Any]:
    """Take an application to its next state; `moves` of the application says what there is."""
    session, found = current_session(), own_application(application_id, Action.MOVE_APPLICATION)
    wanted = wish(move, sent_fields())
    moving.make_move(session, found, wanted, house(), context().guidelines, now=context().now())
    session.commit()
    return _told(found)


@applications_api.post(f"{_ONE}/endorsement")
@needs(Action.REVIEW)
@describe(_CHANGE)
def endorse(application_id: int) -> dict[str, Any]:
    """Stand behind an application as the second reviewer."""
    session, found = current_session(), own_application(application_id, Action.REVIEW)
    services.endorse(session, found, sent_fields(), current_principal(), now=context().now())
    session.commit()
    return _told(found)


@applications_api.put(f"{_ONE}/reviewer")
@needs(Action.ASSIGN_REVIEWER)
@describe(_CHANGE)
def assign(application_id: int) -> dict[str, Any]:
    """Give an application to the `reviewer` of that name."""
    session, found = current_session(), own_application(application_id, Action.ASSIGN_REVIEWER)
    services.assign(session, found, sent_fields(), now=context().now())
    session.commit()
    return _told(found)


@applications_api.post(f"{_ONE}/renewal")
@needs(Action.APPLY)
@describe(Operation(status=201, token=True, refusals=(409, 422)))
def renew(application_id: int) -> tuple[dict[str, Any], int]:
    """A new draft that is to take its place."""
    session, found = current_session(), own_application(application_id, Action.APPLY)
    made = services.renew(session, found, writing())
    session.commit()
    return _told(made), 201


def _told(found: Application) -> dict[str, Any]:
    session, principal = current_session(), current_principal()
    case = Case(session, found, house(), principal.account_id, context().now())
    around = representation.Around(
        steps=queries.steps_of(session, found),
        comments=queries.comments_on(session, found, inside=sees_inside(found)),
        waivers=queries.waivers_of(session, found),
        moves=[one.transition.move for one in possible_moves(principal, case) if not one.faults],
    )
    return representation.application(found, around)
