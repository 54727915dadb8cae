"""What a run would take of a cloud at its peak, how long it would go on, and whether it fits.

Every figure is an upper bound made from what was recorded of each test: at any moment the most
demanding tests run side by side, and everything that tests share is there already. Deletions are
asked for and not waited for, so of what takes its time to go each worker has that of two tests.
Where a cloud is slower still and room gets short, the run waits.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from refcheck.cloud.kinds import KINDS
from refcheck.cloud.quotas import Quotas
from refcheck.plugin.calls import Recorded
from refcheck.plugin.durations import Durations
from refcheck.plugin.forecast import own_demand

MOST_WORKERS = 64
_PREPARING = 60
"""Requests before the first test: discovery, and a log-in for each worker."""
_LENT = "lend_"
"""Begins the name of what one test at a time may have: each worker may need one."""
_KEPT_TO_THE_END = frozenset({"container", "object_mib"})
"""They are emptied and removed when the run has ended."""
_LINGERING = frozenset(
    {kind for kind, one in KINDS.items() if one.lingers} | {"core", "ram_mib", "volume_gib"}
)
"""Their deletion is accepted before it is done."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a run takes of one kind, against what there is.

    Attributes:
        peak: at most so many at once.
        limit: None when there is none, or none was told.
        used: None when nothing was told.
        half: the most that a run takes, half of what is free; None for no limit.
    """

    kind: str
    peak: int
    limit: int | None
    used: int | None
    half: int | None

    @property
    def fits(self) -> bool:
        """Whether half of what is free is enough."""
        return self.half is None or self.peak <= self.half


@dataclass(frozen=True, slots=True)
class Expectation:
    """How a run with so many workers should go: requests in all, and seconds by the wall clock."""

    workers: int
    requests: int
    seconds: float


class Planner:
    """Knows the tests that would run, and the cloud.

    Args:
        tests: id → what was recorded of it.
        boot: the fact; its flavors say what a server takes.
        durations: how long each takes here.
    """

    def __init__(
        self,
        tests: Mapping[str, Recorded],
        quotas: Quotas,
        boot: Mapping[str, Any] | None,
        durations: Durations,
    ) -> None:
        self._tests = tests
        self._quotas = quotas
        self._own = [own_demand(one, boot) for one in tests.values()]
        self.durations = durations
        shared = _shared(tests.values())
        self._once = [one for name, one in shared.items() if not name.startswith(_LENT)]
        self._lent = [one for name, one in shared.items() if name.startswith(_LENT)]
        self._once_demand = _sum(own_demand(one, boot) for one in self._once)
        self._lent_demand = _sum(own_demand(one, boot) for one in self._lent)

    def peak(self, workers: int) -> dict[str, int]:
        """Kind → how many at once at most."""
        peak = self._once_demand + Counter(
            {kind: workers * number for kind, number in self._lent_demand.items()}
        )
        for kind in {kind for each in self._own for kind in each}:
            tests = self._side_by_side(kind, workers)
            peak[kind] += sum(heapq.nlargest(tests, (each[kind] for each in self._own)))
        return dict(peak)

    def _side_by_side(self, kind: str, workers: int) -> int:
        """Of how many tests the things of a kind can be there at once."""
        if kind in _KEPT_TO_THE_END:
            return len(self._own)
        return 2 * workers if kind in _LINGERING else workers

    def needs(self, workers: int) -> tuple[Need, ...]:
        """Every kind of which some are made, against the quotas; those without a quota last."""
        rooms = self._quotas.rooms
        found = [
            Need(
                kind,
                number,
                rooms[kind].limit if kind in rooms else None,
                rooms[kind].used if kind in rooms else None,
                self._quotas.half(kind),
            )
            for kind, number in self.peak(workers).items()
        ]
        return tuple(sorted(found, key=lambda need: (need.used is None, _rank(need.kind))))

    def workers_that_fit(self) -> int:
        """The most workers, up to 64, with which the peak stays within half of what is free."""
        for workers in range(1, MOST_WORKERS + 1):
            if not all(need.fits for need in self.needs(workers)):
                return workers - 1
        return MOST_WORKERS

    def expectation(self, workers: int) -> Expectation:
        """Requests and time; the longest tests begin first."""
        lanes = [sum(self.durations.guessed(one) for one in self._lent)] * workers
        lanes[-1] += sum(self.durations.guessed(one) for one in self._once)
        heapq.heapify(lanes)
        each = (self.durations.of(test_id, one) for test_id, one in self._tests.items())
        for seconds in sorted(each, reverse=True):
            heapq.heapreplace(lanes, lanes[0] + seconds)
        requests = sum(one.requests for one in self._tests.values())
        requests += sum(one.requests for one in self._once)
        requests += workers * sum(one.requests for one in self._lent)
        return Expectation(workers, _PREPARING + requests, max(lanes))


def _shared(tests: Iterable[Recorded]) -> dict[str, Recorded]:
    """Name → each thing that is shared, also by other shared things."""
    found: dict[str, Recorded] = {}
    waiting = [named for test in tests for named in test.shares.items()]
    while waiting:
        name, one = waiting.pop()
        if name not in found:
            found[name] = one
            waiting += one.shares.items()
    return found


def _sum(several: Iterable[Counter[str]]) -> Counter[str]:
    return sum(several, Counter())


def _rank(kind: str) -> int:
    order = ["server", "core", "ram_mib", "volume", "volume_gib", "snapshot", *KINDS]
    return order.index(kind) if kind in order else len(order)
