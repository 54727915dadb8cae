"""How long an application may stay in a state, what is overdue, and what has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from refcheck_server.audit.log import Happening, record_all
from refcheck_server.review.models import Application
from refcheck_server.review.queries import with_names
from refcheck_server.review.states import OPEN, Party, State

DAYS = {State.SUBMITTED: 5, State.IN_REVIEW: 10, State.CHANGES_ASKED: 30, State.APPEALED: 5}
"""After so many days in a state it is overdue."""
WAITS_FOR = {
    State.SUBMITTED: Party.REVIEWER,
    State.IN_REVIEW: Party.ASSIGNED,
    State.CHANGES_ASKED: Party.VENDOR,
    State.APPEALED: Party.REVIEWER,
    State.APPROVED: Party.VENDOR,
    State.PUBLISHED: Party.VENDOR,
}
"""Whose turn it is."""
RENEWAL = timedelta(days=60)
"""So long before a mark ends its vendor is reminded to apply anew."""
AGAIN = timedelta(days=7)
"""After that a reminder is sent once more."""
MOST = 500
"""Of what one run of a command looks at."""


def due(state: State, now: datetime) -> datetime | None:
    """When an application that comes into this state now should leave it."""
    days = DAYS.get(state)
    return None if days is None else now + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Reminder:
    """That somebody is waited for.

    Attributes:
        waits_for: who: this is who a message goes to.
        over: since when it is overdue; for a mark that ends, when that is.
    """

    application: Application
    waits_for: Party
    over: datetime


def reminders(session: Session, *, now: datetime) -> Sequence[Reminder]:
    """Whoever is to be reminded now: of what is overdue, and of marks that end. One statement.

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
        with_names(select(Application))
        .where(
            or_(overdue, ending),
            or_(Application.reminded_at.is_(None), Application.reminded_at <= now - AGAIN),
        )
        .order_by(Application.due_at, Application.expires_at, Application.id)
        .limit(MOST)
    )
    return [_reminder(one) for one in found]


def _reminder(one: Application) -> Reminder:
    over = one.due_at or one.expires_at
    assert over is not None  # noqa: S101 - the query asked for it
    return Reminder(one, WAITS_FOR[State(one.state)], over)


def mark_reminded(session: Session, sent: Sequence[Reminder], *, now: datetime) -> None:
    """Note that these were sent; they come again in a week."""
    happenings = []
    for one in sent:
        one.application.reminded_at = now
        detail = {"of": one.waits_for, "state": one.application.state}
        happenings.append(Happening("application.reminded", one.application.subject, detail))
    session.flush()
    record_all(session, happenings, at=now)


def ended(session: Session, *, now: datetime) -> Sequence[Application]:
    """Approved and published applications whose time is over. One statement."""
    return session.scalars(
        with_names(select(Application))
        .where(
            Application.state.in_((State.APPROVED, State.PUBLISHED)), Application.expires_at <= now
        )
        .order_by(Application.id)
        .limit(MOST)
    ).all()
