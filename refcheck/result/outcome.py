"""The outcome of one test in one run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a test ended. Only `PASSED` counts."""

    PASSED = "passed"
    FAILED = "failed"
    """The cloud did not do what the test asks."""
    EXTRA = "extra"
    """Everything right, but the answer carried properties that the API does not declare."""
    ABSENT = "absent"
    """The service or the extension is not there."""
    ERROR = "error"
    """The harness, the network, a quota or the credentials stood in the way."""
    UNDECIDED = "undecided"
    """Not run, interrupted, or not to be decided with these credentials."""
    FLAKY = "flaky"
    """Failed, then passed on a fresh resource."""

    @property
    def is_definite_no(self) -> bool:
        """Whether this outcome shows that the cloud falls short (rather than leaves it open)."""
        return self in _DEFINITE_NO


_DEFINITE_NO = frozenset({Outcome.FAILED, Outcome.EXTRA, Outcome.ABSENT, Outcome.FLAKY})


LEFT_OUT = "left out: "
"""Begins the reason of a test that the run was told not to run."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time that a test was run; `reason` and `duration` as in `TestOutcome`."""

    outcome: Outcome
    reason: str = ""
    duration: float = 0.0


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """One entry of a result.

    Attributes:
        id: idempotent id as a bare lower-case UUID (no `id-`), or "" when the source has none.
        name: the test's dotted name as the guideline writes it, or "" when only the id is known.
        outcome: how it ended.
        reason: one line for people, "" for a pass.
        duration: seconds of set-up, body and clean-up together, of all attempts.
        attempts: how often it was run.
        tries: each of the attempts, when there was more than one.
    """

    __test__ = False  # pytest: not a test class

    id: str
    name: str
    outcome: Outcome
    reason: str = ""
    duration: float = 0.0
    attempts: int = 1
    tries: tuple[Attempt, ...] = ()

    @property
    def history(self) -> tuple[Attempt, ...]:
        """All attempts; none for a test that was not run."""
        if self.tries or not self.attempts:
            return self.tries
        return (Attempt(self.outcome, self.reason, self.duration),)

    @property
    def left_out(self) -> str:
        """Why the run was told not to run it, "" when it was not."""
        if self.outcome is Outcome.UNDECIDED and self.reason.startswith(LEFT_OUT):
            return self.reason.removeprefix(LEFT_OUT)
        return ""
