"""What streams of unittest runners have in common: names, class fixtures, reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from refcheck.errors import BadResult
from refcheck.result.names import split_name
from refcheck.result.outcome import Outcome, TestOutcome

TEST_LIMIT = 100_000
"""Tests of one file; all of Tempest has some 2,000."""
_NAME_LIMIT = 2000
_REASON_LIMIT = 500
_FIXTURE = re.compile(r"(setUp|tearDown)(Class|Module) \((.+)\)")


@dataclass(slots=True)
class Collected:
    """The tests of a run as they are met, and what befell the fixtures of whole classes.

    Attributes:
        where: the file, for messages.
        notices: one sentence for each class whose fixture was skipped or broke: its tests, if
            they did not run, are not in the file.
    """

    where: str
    outcomes: list[TestOutcome] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def add(self, name: str, outcome: Outcome, reason: str, seconds: float = 0.0) -> None:
        """Take in one finished test, or class fixture, by the name that the runner gave it.

        Raises:
            BadResult: when it is no test's name, or when there are too many.
        """
        if len(self.outcomes) + len(self.notices) >= TEST_LIMIT:
            raise self.fault(f"holds more than {TEST_LIMIT:,} tests")
        if not name or len(name) > _NAME_LIMIT or not name.isprintable():
            raise self.fault(f"names a test {name[:80]!r}, which is no test's name")
        if fixture := _FIXTURE.fullmatch(name):
            if outcome is not Outcome.PASSED:
                self._note(fixture[1] + fixture[2], fixture[3], outcome, reason)
            return
        bare, test_id = split_name(name)
        passed = outcome is Outcome.PASSED
        reason = "" if passed else reason[:_REASON_LIMIT]
        self.outcomes.append(TestOutcome(test_id, bare, outcome, reason, max(seconds, 0.0)))

    def _note(self, fixture: str, place: str, outcome: Outcome, reason: str) -> None:
        what = "was skipped" if outcome is Outcome.UNDECIDED else "broke"
        why = f": {reason[:_REASON_LIMIT]}" if reason else ""
        self.notices.append(f"{fixture} of {place} {what}, so its tests may be missing{why}")

    def fault(self, text: str) -> BadResult:
        """The error for a file that cannot be read as what it seems to be."""
        return BadResult(
            text, where=self.where, next_step="Give the file that the test runner wrote, whole."
        )


def last_line(text: str) -> str:
    """The last line of a traceback that says something: the exception."""
    lines = [line.strip() for line in text.splitlines() if line[:1].strip()]
    return lines[-1] if lines else ""
