"""How long tests take on a cloud: as in earlier runs there, else as recorded on refcloud."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from refcheck.errors import BadResult
from refcheck.plugin.calls import Recorded
from refcheck.result.events import RunStarted, TestFinished
from refcheck.result.journal import read_journal
from refcheck.result.outcome import Outcome

_RUNS = 5
"""The latest runs that count: a cloud changes."""


def learned(runs: Path, cloud: str) -> dict[str, float]:
    """Idempotent id → median seconds, of tests that passed on this cloud.

    Args:
        runs: the folder that keeps the runs; it need not be there.
        cloud: the fingerprint of its catalogue.
    """
    seen: dict[str, list[float]] = {}
    counted = 0
    for journal in sorted(runs.glob("*/journal.sqlite"), reverse=True):
        try:
            events = tuple(read_journal(journal))
        except BadResult:
            continue  # a run that was cut short at its very beginning
        if not any(isinstance(event, RunStarted) and event.cloud == cloud for event in events):
            continue
        for event in events:
            if isinstance(event, TestFinished) and event.outcome.outcome is Outcome.PASSED:
                seen.setdefault(event.outcome.id, []).append(event.outcome.duration)
        counted += 1
        if counted == _RUNS:
            break
    return {test_id: statistics.median(several) for test_id, several in seen.items()}


@dataclass(frozen=True, slots=True)
class Durations:
    """What is known of a cloud's speed.

    Attributes:
        learned: id → seconds, of tests that passed here before.
        slower: seconds that an answer takes longer here than it took refcloud when the suite was
            recorded; negative when it is faster.
    """

    learned: Mapping[str, float] = field(default_factory=dict)
    slower: float = 0.0

    def of(self, test_id: str, recorded: Recorded) -> float:
        """Seconds that a test takes here."""
        known = self.learned.get(test_id)
        return self.guessed(recorded) if known is None else known

    def guessed(self, recorded: Recorded) -> float:
        """Seconds, from what was recorded and how fast this cloud answers."""
        return max(recorded.seconds + recorded.requests * self.slower, recorded.seconds / 10)
