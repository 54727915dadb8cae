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


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """One entry of a result.

    Attributes:
        id: idempotent id as a bare lower-case UUID (no `id-`), or "" when the source has none.
        name: the test's dotted name as the guideline writes it, or "" when only the id is known.
        outcome: how it ended.
        reason: one line for people, "" for a pass.
        duration: seconds of set-up, body and clean-up together.
        attempts: how often it was run.
    """

    __test__ = False  # pytest: not a test class

    id: str
    name: str
    outcome: Outcome
    reason: str = ""
    duration: float = 0.0
    attempts: int = 1
