"""How the state of an application is shown: symbol, tone and word, and its place on the way."""

from __future__ import annotations

from refcheck_server.publication.outcomes import Shown
from refcheck_server.review.states import State

_TONES = {
    State.CHANGES_ASKED: "part",
    State.APPEALED: "part",
    State.APPROVED: "good",
    State.PUBLISHED: "good",
    State.REJECTED: "bad",
    State.EXPIRED: "bad",
    State.REVOKED: "bad",
}
_SYMBOLS = {"good": "✓", "part": "◐", "open": "○", "bad": "✕"}
_WAY = (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.APPROVED, State.PUBLISHED)
_ASIDE = {
    State.CHANGES_ASKED: (2, 3),
    State.APPEALED: (3, 3),
    State.REJECTED: (3, 5),
    State.EXPIRED: (4, 5),
    State.REVOKED: (4, 5),
    State.WITHDRAWN: (1, 5),
}
"""Of a state beside the way: how much of the way is behind it, and where what is ahead begins."""


def shown_state(name: str) -> Shown:
    """How to show a state."""
    state = State(name)
    tone = _TONES.get(state, "open")
    return Shown(state.value, _SYMBOLS[tone], tone, state.value)


def lasting(days: float) -> str:
    """How long something takes, in a unit that leaves a number to read."""
    hours = round(days * 24)
    if hours < 1:
        return "under an hour"
    if hours < 24:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{days:.1f} days"


def way(name: str) -> tuple[tuple[State, str], ...]:
    """The way of an application in this state; each step is `behind`, `now` or `ahead`."""
    state = State(name)
    place = _WAY.index(state) if state in _WAY else None
    behind, ahead = _ASIDE[state] if place is None else (place, place + 1)
    return (
        *((one, "behind") for one in _WAY[:behind]),
        (state, "now"),
        *((one, "ahead") for one in _WAY[ahead:]),
    )
