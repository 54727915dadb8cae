"""How the state of an application is shown: a symbol, a tone and its word."""

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


def shown_state(name: str) -> Shown:
    """How to show a state."""
    state = State(name)
    tone = _TONES.get(state, "open")
    return Shown(state.value, _SYMBOLS[tone], tone, state.value)
