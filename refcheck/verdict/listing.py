"""The capabilities that a program lists, with all that is the same whatever the outcomes are.

Nearly every test of nearly every result passed. So what is said when all did is worked out once,
and judging costs what did not pass.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from refcheck.guideline.model import Component, Guideline, Status, Test
from refcheck.result.outcome import Outcome
from refcheck.verdict.counts import Counts
from refcheck.verdict.test_index import SameGuidelines, TestKey
from refcheck.verdict.verdict import CapabilityVerdict, TestVerdict

_RANK = {status: rank for rank, status in enumerate(Status)}
"""Strongest first."""
_MOST_KNOWN = 64
"""Verdicts on a capability that are kept for the next result: many results are nearly the same."""
Told = tuple[tuple[int, Outcome, str], ...]
"""What a capability is judged by: place, outcome and reason of each test that did not pass."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A component and the guideline it is defined in."""

    home: Guideline
    component: Component


@dataclass(frozen=True)
class Listed:
    """A capability that a program's components list, with the strongest status they give it.

    Attributes:
        key: its name, with the guideline's id in front when it comes from another guideline.
        tests: empty when the guideline does not define the capability.
    """

    home: Guideline
    name: str
    key: str
    status: Status
    tests: tuple[Test, ...]

    @cached_property
    def test_keys(self) -> frozenset[TestKey]:
        """Its tests as a result's outcomes are matched to them."""
        return frozenset((test.id, test.name) for test in self.tests)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What verdicts call its tests: by id, or by name where that is not one test's alone."""
        ids = Counter(test.id for test in self.tests)
        return tuple(test.id if test.id and ids[test.id] == 1 else test.name for test in self.tests)

    @cached_property
    def all_passed(self) -> CapabilityVerdict:
        """What is said of it when every test passed: by far the most frequent verdict."""
        return CapabilityVerdict(
            name=self.name,
            status=self.status,
            keys=self.keys,
            tests=tuple(
                TestVerdict(test.id, test.name, Outcome.PASSED, "", bool(test.flag), waived=False)
                for test in self.tests
            ),
        )

    @cached_property
    def known(self) -> dict[Told, CapabilityVerdict]:
        """What was said of it before, by what had not passed, when there was no waiver."""
        return {}

    def remember(self, told: Told, verdict: CapabilityVerdict) -> None:
        """Add to what is known, which never grows beyond a bound."""
        if len(self.known) >= _MOST_KNOWN:
            self.known.clear()
        self.known[told] = verdict


class Listing(tuple[Listed, ...]):  # noqa: SLOT001 - it keeps what it finds out
    """Capabilities, each once, strongest status first."""

    @cached_property
    def test_keys(self) -> frozenset[TestKey]:
        """The tests of all of them."""
        return frozenset(self._listing)

    @cached_property
    def all_passed(self) -> Mapping[str, CapabilityVerdict]:
        """What is said of each when every test passed."""
        return {one.key: one.all_passed for one in self}

    @cached_property
    def counts(self) -> Mapping[Status, Counts]:
        """RefStack's counts when every test passed."""
        return count(self.all_passed.values())

    def with_any_of(self, keys: Iterable[TestKey]) -> Iterator[tuple[Listed, list[int]]]:
        """Those that list one of these tests, each with the places of these in its own tests."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for key in keys:
            for place, among_tests in self._listing[key]:
                found[place].append(among_tests)
        return ((self[place], found[place]) for place in sorted(found))

    @cached_property
    def _listing(self) -> Mapping[TestKey, list[tuple[int, int]]]:
        """Where each test is listed: the place of the capability, and the place in its tests."""
        found: defaultdict[TestKey, list[tuple[int, int]]] = defaultdict(list)
        for place, one in enumerate(self):
            for among_tests, test in enumerate(one.tests):
                found[test.id, test.name].append((place, among_tests))
        return found


def count(capabilities: Iterable[CapabilityVerdict]) -> dict[Status, Counts]:
    """RefStack's counts: a test counts once for each capability that lists it."""
    by_status: dict[Status, list[Counts]] = {status: [] for status in Status}
    for capability in capabilities:
        by_status[capability.status].append(capability.counts)
    return {status: Counts.sum(several) for status, several in by_status.items()}


def listed(guideline: Guideline, placed: Iterable[Placed]) -> Listing:
    """The capabilities of some components."""
    statuses: dict[tuple[str, str], list[Status]] = {}
    homes: dict[str, Guideline] = {}
    for one in placed:
        homes[one.home.id] = one.home
        for status, names in one.component.capabilities.items():
            for name in names:
                statuses.setdefault((one.home.id, name), []).append(status)
    capabilities = [
        _listed(SameGuidelines((guideline, homes[home])), name, min(several, key=_RANK.__getitem__))
        for (home, name), several in statuses.items()
    ]
    return Listing(sorted(capabilities, key=lambda one: (_RANK[one.status], one.key)))


@lru_cache(maxsize=4096)
def _listed(guidelines: SameGuidelines, name: str, status: Status) -> Listed:
    """A capability of the second guideline that programs of the first one list: they share it."""
    guideline, home = guidelines.homes
    capability = home.capabilities.get(name)
    return Listed(
        home=home,
        name=name,
        key=name if home.id == guideline.id else f"{home.id}:{name}",
        status=status,
        tests=capability.tests if capability else (),
    )
