"""How long an application may stay in a state, and whose turn it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from refcheck_server.review.states import Party, State

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


def due(state: State, now: datetime) -> datetime | None:
    """When an application that comes into this state now should leave it."""
    days = DAYS.get(state)
    return None if days is None else now + timedelta(days=days)
