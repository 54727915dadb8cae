"""How far a run is, by its events: what is done, what is running, how long the rest may take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from refcheck.result.attempts import joined
from refcheck.result.events import (
    Event,
    RunResumed,
    RunStarted,
    Selected,
    TestFinished,
    TestStarted,
)
from refcheck.result.outcome import Outcome, TestOutcome

_ENOUGH = 5
"""Tests that must have ended before their pace is believed."""
_PACE = (0.1, 10.0)


@dataclass(frozen=True, slots=True)
class Running:
    """A test that runs; `since` by the tally's clock."""

    test: Selected
    attempt: int
    since: float


class Tally:
    """Adds up events, in their order.

    Args:
        clock: seconds; only differences count.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due: dict[str, Selected] = {}
        self._expected: dict[str, float] = {}
        self._ended: Counter[str] = Counter()
        """Test → how often it ended, tries again after a failure not counted."""
        self._repeat = 1
        self._took: dict[str, float] = {}
        self.outcomes: dict[str, TestOutcome] = {}
        """Test → its outcome so far, all attempts together."""
        self.running: dict[str, Running] = {}
        self.workers = 1
        self.again = 0
        """Attempts that were not the first."""

    def take(self, event: Event) -> None:
        """Add an event."""
        match event:
            case RunStarted():
                self._due = {test.id: test for test in event.selected if test.due}
                self._expected = dict(event.expected)
                self._repeat, self.workers = max(event.repeat, 1), event.workers
            case RunResumed():
                self.running.clear()
                self.workers = event.workers
            case TestStarted():
                self._start(event)
            case TestFinished():
                self._finish(event.outcome)
            case _:
                pass

    def _start(self, event: TestStarted) -> None:
        if event.id in self._due:
            self.running[event.id] = Running(self._due[event.id], event.attempt, self._clock())
            self.again += event.attempt > self._repeat

    def _finish(self, outcome: TestOutcome) -> None:
        self.running.pop(outcome.id, None)
        if outcome.id not in self._due:
            return
        earlier = self.outcomes.get(outcome.id)
        self.outcomes[outcome.id] = joined([earlier, outcome]) if earlier else outcome
        self._took[outcome.id] = outcome.duration
        self._ended[outcome.id] = min(self._ended[outcome.id] + 1, self._repeat)

    def test(self, test_id: str) -> Selected | None:
        """A test that the run runs."""
        return self._due.get(test_id)

    @property
    def done(self) -> int:
        """Runs of tests that ended, tries again after a failure not counted."""
        return self._ended.total()

    @property
    def total(self) -> int:
        """How many there will be."""
        return len(self._due) * self._repeat

    def services(self) -> dict[str, tuple[int, int, Counter[Outcome]]]:
        """Service → runs done, runs in all, tests by outcome."""
        found: dict[str, tuple[int, int, Counter[Outcome]]] = {}
        for test in self._due.values():
            done, total, counts = found.get(test.service, (0, 0, Counter()))
            if test.id in self.outcomes:
                counts[self.outcomes[test.id].outcome] += 1
            found[test.service] = (done + self._ended[test.id], total + self._repeat, counts)
        return found

    def seconds_left(self) -> float | None:
        """How long the rest will take, with all workers busy; None while that is unknown.

        Expectations are corrected by the pace so far. A test of which nothing is expected is
        expected to take as long as those that ended, on average.
        """
        pace, usual = self._pace(), self._usual()
        now, work, longest = self._clock(), 0.0, 0.0
        for test in self._due.values():
            runs = self._repeat - self._ended[test.id]
            if not runs:
                continue
            expected = self._expected.get(test.id)
            each = usual if expected is None else expected * pace
            if each is None:
                return None
            running = self.running.get(test.id)
            spent = min(now - running.since, each) if running else 0.0
            work += each * runs - spent
            longest = max(longest, each - spent)
        return max(work / max(self.workers, 1), longest)

    def _pace(self) -> float:
        both = [
            (took, self._expected[test_id])
            for test_id, took in self._took.items()
            if self._expected.get(test_id)
        ]
        if len(both) < _ENOUGH:
            return 1.0
        pace = sum(took for took, _ in both) / sum(expected for _, expected in both)
        return min(max(pace, _PACE[0]), _PACE[1])

    def _usual(self) -> float | None:
        if len(self._took) < _ENOUGH:
            return None
        return sum(self._took.values()) / len(self._took)
