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

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from refcheck.guideline.model import Test
from refcheck.result.names import split_name
from refcheck.result.outcome import Outcome, TestOutcome

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

TestKey = tuple[str, str]
"""Id and name: two capabilities that list the same test share it."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The outcome of each test that has one; `matched` counts entries, not tests."""

    outcomes: Mapping[TestKey, TestOutcome]
    entries: int
    matched: int
    notices: tuple[str, ...]

    def of(self, test: Test) -> TestOutcome:
        """The outcome of a test; `undecided` when the result does not hold it."""
        return self.outcomes.get((test.id, test.name)) or TestOutcome(
            test.id, test.name, Outcome.UNDECIDED, "not in the result"
        )


def match(tests: Iterable[Test], outcomes: Iterable[TestOutcome]) -> Matches:
    """Give each outcome to the tests it belongs to."""
    index = _Index(tests)
    found: defaultdict[TestKey, list[TestOutcome]] = defaultdict(list)
    entries = matched = 0
    for outcome in outcomes:
        keys = index.tests_of(outcome)
        entries += 1
        matched += bool(keys)
        for key in keys:
            found[key].append(outcome)
    notices = index.notices() + _conflicts(found)
    return Matches(
        {key: min(several, key=_strength) for key, several in found.items()},
        entries,
        matched,
        notices,
    )


class _Index:
    """The tests of the guidelines by id, name and alias; remembers what did not agree."""

    def __init__(self, tests: Iterable[Test]) -> None:
        # Dictionaries of None: sets that keep the guideline's order.
        self._by_id: defaultdict[str, dict[TestKey, None]] = defaultdict(dict)
        self._by_name: defaultdict[str, dict[TestKey, None]] = defaultdict(dict)
        self._by_alias: defaultdict[str, dict[TestKey, None]] = defaultdict(dict)
        for test in tests:
            key = (test.id, test.name)
            if test.id:
                self._by_id[test.id][key] = None
            self._by_name[test.name][key] = None
            for alias in test.aliases:
                self._by_alias[alias][key] = None
        self._disagreements: set[str] = set()

    def tests_of(self, entry: TestOutcome) -> tuple[TestKey, ...]:
        name, suffix_id = split_name(entry.name)
        test_id = entry.id or suffix_id
        if not test_id:
            return self._named(name)
        same_id = self._by_id.get(test_id)
        if same_id is None:
            return self._of_unknown_id(test_id, name)
        fitting = tuple(key for key in same_id if key[1] == name) or tuple(
            key for key in same_id if key in self._by_alias.get(name, ())
        )
        if not fitting and name in self._by_name:
            self._disagreements.add(
                f"{test_id} came with the name of another test, {name}; the id counts"
            )
        return fitting or tuple(same_id)

    def _of_unknown_id(self, test_id: str, name: str) -> tuple[TestKey, ...]:
        named = self._named(name)
        other = [key for key in named if key[0]]
        if other:
            self._disagreements.add(
                f"{name} came with the id {test_id}, not {other[0][0]}; the id counts: another test"
            )
        return tuple(key for key in named if not key[0])

    def _named(self, name: str) -> tuple[TestKey, ...]:
        if name in self._by_name:
            return tuple(self._by_name[name])
        aliased = tuple(self._by_alias.get(name, ()))
        if len(aliased) > 1:
            self._disagreements.add(
                f"{name} is an alias of {len(aliased)} tests; it counts for none"
            )
            return ()
        return aliased

    def notices(self) -> tuple[str, ...]:
        return _limited(self._disagreements)


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
