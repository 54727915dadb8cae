"""Which outcome belongs to which test of a guideline.

An entry belongs to a test by idempotent id, then by exact name, then by alias. When id and name
point at different tests the id wins. Rules where the guideline's own data is ambiguous:

* Several tests share an id: the entry counts for those that also bear its name (or list it as an
  alias), and for all of them when its name fits none.
* Several tests share an alias: the entry counts for none of them, since one outcome cannot show
  two tests.
* Several entries belong to one test: the strongest counts, a pass before anything else. This is
  the only choice under which neither adding a pass can lower a verdict nor leaving an outcome out
  can raise one. Results of our own never hold a test twice; a test that failed and then passed is
  one entry there, `flaky`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from refcheck.guideline.model import Test
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.test_index import Index, TestKey

_STRENGTH = {
    outcome: rank
    for rank, outcome in enumerate(
        (
            Outcome.PASSED,
            Outcome.FLAKY,
            Outcome.EXTRA,
            Outcome.FAILED,
            Outcome.ABSENT,
            Outcome.ERROR,
            Outcome.UNDECIDED,
        )
    )
}
_NOTICE_LIMIT = 20
NOT_THERE = Outcome.UNDECIDED, "not in the result"
"""Outcome and reason of a test that a result does not hold."""


@dataclass(frozen=True)
class Matches:
    """The outcome of each test that has one; `matched` counts entries, not tests."""

    outcomes: Mapping[TestKey, TestOutcome]
    entries: int
    matched: int
    notices: tuple[str, ...]

    @cached_property
    def passed(self) -> frozenset[TestKey]:
        """The tests that passed."""
        passed = Outcome.PASSED
        return frozenset([key for key, one in self.outcomes.items() if one.outcome is passed])

    def of(self, test: Test) -> TestOutcome:
        """The outcome of a test; `undecided` when the result does not hold it."""
        return self.outcomes.get((test.id, test.name)) or TestOutcome(
            test.id, test.name, *NOT_THERE
        )


def match(index: Index, outcomes: Iterable[TestOutcome]) -> Matches:
    """Give each outcome to the tests it belongs to."""
    disagreements: set[str] = set()
    found: dict[TestKey, TestOutcome] = {}
    contested: dict[TestKey, list[TestOutcome]] = {}
    entries = matched = 0
    exactly = index.exactly
    for outcome in outcomes:
        keys = exactly.get((outcome.id, outcome.name)) or index.tests_of(outcome, disagreements.add)
        entries += 1
        matched += bool(keys)
        for key in keys:
            if key in found:
                contested.setdefault(key, [found[key]]).append(outcome)
            else:
                found[key] = outcome
    found.update((key, min(several, key=_strength)) for key, several in contested.items())
    return Matches(found, entries, matched, _limited(disagreements) + _conflicts(contested))


def _conflicts(found: Mapping[TestKey, list[TestOutcome]]) -> tuple[str, ...]:
    conflicts = set()
    for (test_id, name), several in found.items():
        kinds = sorted({outcome.outcome for outcome in several}, key=_STRENGTH.__getitem__)
        if len(kinds) > 1:
            conflicts.add(
                f"{name or test_id} is in the result as {' and '.join(kinds)}; {kinds[0]} counts"
            )
    return _limited(conflicts)


def _limited(notices: set[str]) -> tuple[str, ...]:
    shown = sorted(notices)
    if len(shown) <= _NOTICE_LIMIT:
        return tuple(shown)
    return (*shown[:_NOTICE_LIMIT], f"and {len(shown) - _NOTICE_LIMIT} more of this kind")


def _strength(outcome: TestOutcome) -> tuple[int, str, str, str]:
    """Strongest first; the rest only makes the choice independent of the order."""
    return (_STRENGTH[outcome.outcome], outcome.reason, outcome.id, outcome.name)
