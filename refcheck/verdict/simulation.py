"""Which results gain or lose a tier when a guideline changes.

A tier here is a program whose capability rule holds: what a change of the tests can move. The
designated code is not part of results and stays out of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from refcheck.guideline.model import Guideline
from refcheck.result.outcome import TestOutcome
from refcheck.verdict.judge import judge_all
from refcheck.verdict.scope import Load
from refcheck.verdict.verdict import CapabilityRule


@dataclass(frozen=True, slots=True)
class Change:
    """The tiers of one result, by target, under a guideline and under the changed one."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def gained(self) -> tuple[str, ...]:
        """Tiers that only the changed guideline gives."""
        return tuple(target for target in self.after if target not in self.before)

    @property
    def lost(self) -> tuple[str, ...]:
        """Tiers that the changed guideline takes away."""
        return tuple(target for target in self.before if target not in self.after)


def simulate(
    guideline: Guideline,
    changed: Guideline,
    outcomes: Iterable[TestOutcome],
    *,
    at: datetime,
    load: Load,
) -> Change:
    """Judge one result under both guidelines for all their targets."""
    seen = tuple(outcomes)
    return Change(_tiers(guideline, seen, at, load), _tiers(changed, seen, at, load))


def _tiers(
    guideline: Guideline, outcomes: tuple[TestOutcome, ...], at: datetime, load: Load
) -> tuple[str, ...]:
    verdicts = judge_all(guideline, outcomes, at=at, load=load)
    return tuple(
        target
        for target, verdict in verdicts.items()
        if verdict.capability_rule is CapabilityRule.HELD
    )
