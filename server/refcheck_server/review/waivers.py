"""Waivers: asked for by the vendor, decided on by a reviewer; judging heeds what is granted."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from refcheck_server.accounts.models import WORDS
from refcheck_server.audit.log import record
from refcheck_server.fields import BadField, Fields, path_of
from refcheck_server.moments import spelled
from refcheck_server.review.acting import Acting
from refcheck_server.review.conditions import only_in
from refcheck_server.review.errors import NoSuchWaiver, NotNow
from refcheck_server.review.models import LONG_TEXT, Application, AskedWaiver
from refcheck_server.review.moving import judge_anew
from refcheck_server.review.stakes import without_stake
from refcheck_server.review.states import EDITABLE, State

LONGEST = timedelta(days=366)
"""A waiver ends after a year at the latest."""


class Decision(StrEnum):
    """What becomes of a waiver that was asked for."""

    GRANTED = "granted"
    REFUSED = "refused"


def ask(session: Session, application: Application, fields: Fields, acting: Acting) -> None:
    """Ask for a waiver of a test, a capability, or a test in a capability.

    Raises:
        NotNow: it is with the reviewers.
        BadField: it is for nothing, or says not why.
    """
    only_in(application, EDITABLE, "added to")
    capability, test = fields.text("capability", WORDS), fields.text("test", WORDS)
    if not capability and not test:
        raise BadField(
            "is empty, as is the capability",
            where=path_of("test"),
            next_step="Name the test, the capability, or both.",
        )
    wish = fields.text("wish", LONG_TEXT, required=True, lines=True)
    made = AskedWaiver(
        application_id=application.id,
        capability=capability,
        test=test,
        wish=wish,
        asked_at=acting.now,
    )
    session.add(made)
    session.flush()
    detail = {"waiver": made.id, "capability": capability, "test": test}
    record(session, "waiver.asked", application.subject, detail, at=acting.now)


def decide(
    session: Session, application: Application, number: int, fields: Fields, acting: Acting
) -> None:
    """Grant or refuse a waiver, as a reviewer; the application is judged anew with it.

    Raises:
        NotNow: it is not in review, or the waiver was decided on.
        ConflictOfInterest: they have a stake in it.
        NoSuchWaiver: there is none of that number.
        BadField: a field has a value that it cannot have.
        EditConflict: somebody changed the application meanwhile.
    """
    only_in(application, (State.IN_REVIEW,), "given a waiver")
    without_stake(acting.principal, application)
    found = _find(session, application, number)
    decision = fields.choice("decision", Decision)
    grants = decision is Decision.GRANTED
    revision = fields.revision()
    found.reason = fields.text("reason", LONG_TEXT, required=True, lines=True)
    found.public = fields.text("public", WORDS, required=grants) if grants else ""
    found.expires_at = _end(fields, acting.now) if grants else None
    found.decided_at, found.decided_by_id = acting.now, acting.account_id
    session.flush()
    session.expire(found, ["decided_by"])
    judge_anew(session, application, revision, acting, endorsed_by_id=None)
    detail = {"waiver": found.id, "capability": found.capability, "test": found.test}
    detail["expires"] = spelled(found.expires_at) or ""
    record(session, f"waiver.{decision}", application.subject, detail, at=acting.now)


def _find(session: Session, application: Application, number: int) -> AskedWaiver:
    found = session.get(AskedWaiver, number)
    if found is None or found.application_id != application.id:
        raise NoSuchWaiver(
            f"the application has no waiver {number}", next_step="Look at the application's page."
        )
    if found.decided_at is not None:
        raise NotNow("the waiver was decided on", next_step="Look at the application's page.")
    return found


def _end(fields: Fields, now: datetime) -> datetime:
    day = fields.day("expires")
    if day is None or not now.date() < day <= (now + LONGEST).date():
        raise BadField(
            "is not a day within a year from now",
            where=path_of("expires"),
            next_step="Say until when it holds.",
        )
    return datetime.combine(day, time(), now.tzinfo)
