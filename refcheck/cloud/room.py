"""Creating things when the quota is full: waiting for room that the run itself will make."""

from __future__ import annotations

from collections.abc import Callable

from refcheck.cloud.exchange import Answer
from refcheck.cloud.ledger import Ledger
from refcheck.cloud.signals import Undecided
from refcheck.cloud.waiting import Clock

PATIENCE = 15.0
"""Seconds to wait for what other tests of the run hold, or what is being deleted."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 3.0
_QUOTA_STATUSES = frozenset({403, 409, 413})


def with_room(
    kind: str,
    create: Callable[[], Answer],
    ledger: Ledger,
    own: frozenset[int],
    clock: Clock,
) -> Answer:
    """The answer to a create that no quota refuses.

    Args:
        kind: of the thing, for the message.
        own: numbers of the ledger's entries that the same test holds: they go only after it.

    Raises:
        Undecided: the quota leaves no room, and the run has nothing to give back in time.
    """
    began, pause = clock.now(), _FIRST_PAUSE
    while is_of_quota(answer := create()):
        if clock.now() - began >= PATIENCE or not _others_hold_something(ledger, own):
            raise Undecided(
                f"quota: no room for one more {kind} ({answer.message}); raise the quota or free"
                " some"
            )
        clock.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return answer


def is_of_quota(answer: Answer) -> bool:
    """Whether an answer refuses for a quota's sake; each service has its own status for it."""
    return answer.status in _QUOTA_STATUSES and "quota" in answer.message.lower()


def _others_hold_something(ledger: Ledger, own: frozenset[int]) -> bool:
    return any(entry.undo and entry.number not in own for entry in ledger.open_entries())
