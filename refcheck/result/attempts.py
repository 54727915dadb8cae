"""What several attempts at one test say together."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from refcheck.result.outcome import Attempt, Outcome, TestOutcome

_SAYS_NOTHING = (Outcome.UNDECIDED, Outcome.ERROR)
"""Outcomes that leave open what the cloud does, the weaker one first: all others outweigh them."""


def joined(outcomes: Iterable[TestOutcome]) -> TestOutcome:
    """One outcome of one or more attempts at the same test, in order of time.

    Attempts that show different things of the cloud are `flaky` together; those that show nothing
    (error, undecided) give way to those that show something. All are kept in `tries`. The outcome
    depends neither on their order nor on how they are grouped.
    """
    return reduce(_two, outcomes)


def _two(first: TestOutcome, second: TestOutcome) -> TestOutcome:
    word = _join(first.outcome, second.outcome)
    tries = (*first.history, *second.history)
    if word is Outcome.FLAKY:
        reason = _differing(tries)
    else:
        reason = (second if second.outcome is word else first).reason
    return TestOutcome(
        id=second.id,
        name=second.name,
        outcome=word,
        reason=reason,
        duration=first.duration + second.duration,
        attempts=len(tries),
        tries=tries if len(tries) > 1 else (),
    )


def _join(first: Outcome, second: Outcome) -> Outcome:
    for weak in _SAYS_NOTHING:
        if weak in (first, second):
            return second if first is weak else first
    return first if first is second else Outcome.FLAKY


def _differing(tries: tuple[Attempt, ...]) -> str:
    told = ", then ".join(one.outcome.value for one in tries)
    why = next(one.reason for one in tries if one.outcome is not Outcome.PASSED)
    return f"{told}, on fresh resources each time: {why}"
