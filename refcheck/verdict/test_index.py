"""The tests of guidelines by id, name and alias, built once for the same guidelines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

from refcheck.guideline.model import Guideline, Test
from refcheck.result.names import split_name
from refcheck.result.outcome import TestOutcome

TestKey = tuple[str, str]
"""Id and name: two capabilities that list the same test share it."""

Tell = Callable[[str], None]
"""Takes a sentence about an entry that does not agree with the guideline."""


class Index:
    """Finds the tests that an entry of a result belongs to; never changes once it is built."""

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

        self.exactly = {
            key: (key,) for same_id in self._by_id.values() for key in same_id if "[" not in key[1]
        }
        """The tests of entries that bear id and name of one, as nearly all do."""

    def tests_of(self, entry: TestOutcome, tell: Tell) -> tuple[TestKey, ...]:
        """The tests that the entry speaks of; none when it speaks of no test that is known."""
        name, suffix_id = split_name(entry.name)
        test_id = entry.id or suffix_id
        if not test_id:
            return self._named(name, tell)
        same_id = self._by_id.get(test_id)
        if same_id is None:
            return self._of_unknown_id(test_id, name, tell)
        if (test_id, name) in same_id:
            return ((test_id, name),)
        aliased = self._by_alias.get(name, {})
        fitting = tuple(key for key in same_id if key in aliased)
        if not fitting and name in self._by_name:
            tell(f"{test_id} came with the name of another test, {name}; the id counts")
        return fitting or tuple(same_id)

    def _of_unknown_id(self, test_id: str, name: str, tell: Tell) -> tuple[TestKey, ...]:
        named = self._named(name, tell)
        other = [key for key in named if key[0]]
        if other:
            tell(
                f"{name} came with the id {test_id}, not {other[0][0]}; the id counts: another test"
            )
        return tuple(key for key in named if not key[0])

    def _named(self, name: str, tell: Tell) -> tuple[TestKey, ...]:
        if name in self._by_name:
            return tuple(self._by_name[name])
        aliased = tuple(self._by_alias.get(name, ()))
        if len(aliased) > 1:
            tell(f"{name} is an alias of {len(aliased)} tests; it counts for none")
            return ()
        return aliased


def index_of(homes: tuple[Guideline, ...]) -> Index:
    """The index of all tests of some guidelines; the very same guidelines share one."""
    return _index(SameGuidelines(homes))


class SameGuidelines:
    """Guidelines as a cache key: equal only when they are the same objects.

    A digest alone would not do: a guideline changed in memory keeps the digest of its file. The
    key keeps its guidelines alive, so an address is never that of another one.
    """

    __slots__ = ("homes",)

    def __init__(self, homes: tuple[Guideline, ...]) -> None:
        self.homes = homes

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.homes)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameGuidelines) and tuple(map(id, self.homes)) == tuple(
            map(id, other.homes)
        )


@lru_cache(maxsize=32)
def _index(same: SameGuidelines) -> Index:
    return Index(
        test
        for home in same.homes
        for capability in home.capabilities.values()
        for test in capability.tests
    )
