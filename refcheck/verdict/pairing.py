"""The tests of a result and of its baseline, side by side.

With a guideline at hand these are the tests of its target. Without one they are the tests that
either side speaks of: entries are about the same test when they have the same id, or one without
an id has a name that the other side gives with one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from refcheck.guideline.model import Status, Test
from refcheck.result.names import split_name
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.matching import Matches, match
from refcheck.verdict.scope import Scope
from refcheck.verdict.test_index import Index, TestKey, index_of


@dataclass(frozen=True, slots=True)
class Pair:
    """One test.

    Attributes:
        capabilities: names of those that list it; none without a guideline.
        flagged: the guideline does not count it.
        now: how it ended; undecided when the result does not hold it.
        before: how it ended in the baseline; None when that does not hold it.
    """

    id: str
    name: str
    capabilities: tuple[str, ...]
    flagged: bool
    now: TestOutcome
    before: TestOutcome | None


@dataclass(frozen=True, slots=True)
class Pairing:
    """All of them.

    Attributes:
        strays: entries of the result that are about no test of the target.
        notices: what must be said of how entries were matched.
    """

    pairs: tuple[Pair, ...]
    strays: int = 0
    notices: tuple[str, ...] = ()


def pair(now: Iterable[TestOutcome], before: Iterable[TestOutcome], scope: Scope | None) -> Pairing:
    """Pair what was seen now with what was seen before, in the order of names."""
    seen, earlier = tuple(now), tuple(before)
    tests = _tests_of(scope) if scope else {(t.id, t.name): (t, ()) for t in _told(seen + earlier)}
    index = index_of(scope.homes) if scope else Index(test for test, _ in tests.values())
    matches, base = match(index, seen), match(index, earlier)
    pairs = (_pair(test, names, matches, base) for test, names in tests.values())
    return Pairing(
        pairs=tuple(sorted(pairs, key=lambda one: (one.name, one.id))),
        strays=matches.entries - matches.matched,
        notices=(*matches.notices, *(f"baseline: {notice}" for notice in base.notices)),
    )


def _pair(test: Test, names: tuple[str, ...], now: Matches, before: Matches) -> Pair:
    key = (test.id, test.name)
    missing = TestOutcome(test.id, test.name, Outcome.UNDECIDED, "not in the result", attempts=0)
    return Pair(
        id=test.id,
        name=test.name,
        capabilities=names,
        flagged=test.flag is not None,
        now=now.outcomes.get(key, missing),
        before=before.outcomes.get(key),
    )


def _tests_of(scope: Scope) -> Mapping[TestKey, tuple[Test, tuple[str, ...]]]:
    """The tests of a target that are not removed, each with its capabilities."""
    capabilities: defaultdict[TestKey, list[str]] = defaultdict(list)
    tests: dict[TestKey, Test] = {}
    for listed in (*scope.own, *(one for several in scope.base.values() for one in several)):
        if listed.status is Status.REMOVED:
            continue
        for test in listed.tests:
            key = (test.id, test.name)
            capabilities[key].append(listed.name)
            # Flagged is what no capability counts.
            if key not in tests or test.flag is None:
                tests[key] = test
    return {key: (test, tuple(sorted(set(capabilities[key])))) for key, test in tests.items()}


def _told(entries: Iterable[TestOutcome]) -> Iterable[Test]:
    """The tests that entries speak of."""
    by_id: defaultdict[str, set[str]] = defaultdict(set)
    bare: set[str] = set()
    for entry in entries:
        name, suffix_id = split_name(entry.name)
        if test_id := entry.id or suffix_id:
            by_id[test_id].add(name)
        else:
            bare.add(name)
    for test_id, several in by_id.items():
        # A name is better than none.
        first, *others = sorted(several, key=lambda name: (not name, name))
        yield Test(first, test_id, aliases=tuple(filter(None, others)))
    for name in bare.difference(*by_id.values()):
        yield Test(name, "")
