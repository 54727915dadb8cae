"""What the clock does to applications: it ends what is over, and reminds whoever is waited for."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from refcheck_server.audit.log import Happening, record_all
from refcheck_server.editing import EditConflict
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.jobs.tasks import Routine, Tools
from refcheck_server.moments import spelled
from refcheck_server.review.acting import House, house_of
from refcheck_server.review.models import Application, AskedWaiver
from refcheck_server.review.moving import end
from refcheck_server.review.queries import with_names
from refcheck_server.review.states import OPEN, WAITS_FOR, State

RENEWAL = timedelta(days=60)
"""So long before a mark ends its vendor is reminded to apply anew."""
WAIVER_ENDS = timedelta(days=30)
"""So long before a waiver ends the vendor is reminded of it, once."""
AGAIN = timedelta(days=7)
"""After that a reminder is sent once more."""
_STANDING = (State.APPROVED, State.PUBLISHED)
_MOST = 500
"""Of what is looked at in one go."""


def tick(tools: Tools) -> None:
    """End what is over, and remind whoever is waited for; another worker may do it just then."""
    now, house = tools.now(), house_of(tools.settings, GuidelineShelf())
    with contextlib.suppress(EditConflict), tools.database.session() as session, session.begin():
        _expire(session, house, now)
    with tools.database.session() as session, session.begin():
        happenings = [*_overdue(session, now), *_waivers(session, now)]
        session.flush()
        record_all(session, happenings, at=now)


def _expire(session: Session, house: House, now: datetime) -> None:
    found = session.scalars(
        with_names(select(Application))
        .where(Application.state.in_(_STANDING), Application.expires_at <= now)
        .order_by(Application.id)
        .limit(_MOST)
    ).all()
    for one in found:
        end(session, one, "its time is over", house, now)


def _overdue(session: Session, now: datetime) -> list[Happening]:
    """That somebody is waited for: of what is overdue, and of marks that end.

    What somebody was reminded of within a week is left out.
    """
    newer = aliased(Application)
    renewed = exists().where(newer.renews_id == Application.id, newer.state != State.WITHDRAWN)
    overdue = Application.state.in_(OPEN) & (Application.due_at <= now)
    ending = (
        (Application.state == State.PUBLISHED)
        & (Application.expires_at <= now + RENEWAL)
        & (Application.expires_at > now)
        & ~renewed
    )
    found = session.scalars(
        select(Application)
        .where(
            or_(overdue, ending),
            or_(Application.reminded_at.is_(None), Application.reminded_at <= now - AGAIN),
        )
        .order_by(Application.due_at, Application.expires_at, Application.id)
        .limit(_MOST)
    )
    happenings = []
    for one in found:
        one.reminded_at = now
        detail = {"of": WAITS_FOR[State(one.state)], "state": one.state}
        happenings.append(Happening("application.reminded", one.subject, detail))
    return happenings


def _waivers(session: Session, now: datetime) -> list[Happening]:
    """That waivers end soon, once each."""
    found = session.execute(
        select(AskedWaiver, Application)
        .join(Application, Application.id == AskedWaiver.application_id)
        .where(
            AskedWaiver.expires_at <= now + WAIVER_ENDS,
            AskedWaiver.expires_at > now,
            AskedWaiver.reminded_at.is_(None),
            Application.state.in_((*OPEN, *_STANDING)),
        )
        .order_by(AskedWaiver.id)
        .limit(_MOST)
    )
    happenings = []
    for waiver, application in found:
        waiver.reminded_at = now
        detail = {"waiver": waiver.id, "expires": spelled(waiver.expires_at)}
        happenings.append(Happening("waiver.ending", application.subject, detail))
    return happenings


CLOCK = Routine("applications.clock", tick, timedelta(hours=1))
