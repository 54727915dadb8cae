"""How many tests passed, as RefStack counts them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """RefStack's arithmetic: pairs of capability and test, of one status."""

    tests: int = 0
    passed: int = 0
    """Flagged tests that passed included."""
    flagged_passed: int = 0
    flagged_not_passed: int = 0

    @classmethod
    def sum(cls, several: Iterable[Counts]) -> Counts:
        """All of them together."""
        parts = tuple(several)
        return cls(
            sum(one.tests for one in parts),
            sum(one.passed for one in parts),
            sum(one.flagged_passed for one in parts),
            sum(one.flagged_not_passed for one in parts),
        )

    def without(self, passes: int, flagged_passes: int) -> Counts:
        """When so many tests did not pass after all, and so many of them are flagged."""
        return Counts(
            self.tests,
            self.passed - passes,
            self.flagged_passed - flagged_passes,
            self.flagged_not_passed + flagged_passes,
        )

    def to_json(self) -> dict[str, int]:
        """All fields."""
        return {
            "tests": self.tests,
            "passed": self.passed,
            "flagged_passed": self.flagged_passed,
            "flagged_not_passed": self.flagged_not_passed,
        }
