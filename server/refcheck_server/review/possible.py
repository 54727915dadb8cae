"""What somebody may do with an application now: the buttons of its page, the moves of its JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refcheck_server.review.conditions import Case, unmet
from refcheck_server.review.stakes import parties_of
from refcheck_server.review.states import Condition, State, Transition, moves_from

_WORDS = {
    "submit": "Submit it",
    "take-up": "Take it up",
    "ask-for-changes": "Ask for changes",
    "approve": "Approve it",
    "reject": "Reject it",
    "appeal": "Appeal",
    "publish": "Publish it",
    "revoke": "Revoke the mark",
    "withdraw": "Withdraw it",
}


@dataclass(frozen=True, slots=True)
class Possible:
    """A move that is theirs.

    Attributes:
        faults: why not yet; without any it can be made now.
    """

    transition: Transition
    faults: tuple[str, ...]

    @property
    def words(self) -> str:
        """What the button says."""
        return _WORDS[self.transition.move]

    @property
    def asks_reason(self) -> bool:
        """Whether a reason goes with it."""
        return Condition.REASON in self.transition.needs


def possible_moves(case: Case) -> Iterator[Possible]:
    """The moves that are theirs, as the table of transitions has them."""
    parties = parties_of(case.acting.principal, case.application)
    for row in moves_from(State(case.application.state)):
        if parties & set(row.by):
            yield Possible(row, unmet(row, case, Condition.REASON))
