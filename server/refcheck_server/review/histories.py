"""How the tests in an application's way came out in the last runs of its cloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, load_only, undefer

from refcheck_server.publication.outcomes import Shown, shown
from refcheck_server.publication.programs import short_name
from refcheck_server.results.models import StoredResult
from refcheck_server.results.suites import Suite, outcomes_of, tests_of
from refcheck_server.review.judging import ApplicationVerdict
from refcheck_server.review.models import Application

RUNS, MOST_TESTS = 8, 40
"""So many runs are looked at, and so many tests are shown."""


@dataclass(frozen=True, slots=True)
class TestHistory:
    """A test in the way.

    Attributes:
        runs: how it came out in each run, oldest first; None where it was not run.
        steady: what that says of it.
    """

    __test__ = False  # pytest: not a test class

    key: str
    name: str
    capability: str
    reason: str
    runs: tuple[Shown | None, ...]
    steady: str


@dataclass(frozen=True, slots=True)
class Histories:
    """The tests in the way.

    Attributes:
        ended: when each run ended, oldest first.
        more: how many tests are not shown.
    """

    ended: tuple[datetime, ...]
    tests: tuple[TestHistory, ...]
    more: int


def histories(session: Session, application: Application, verdict: ApplicationVerdict) -> Histories:
    """How they came out in the newest runs of the cloud. Two statements."""
    named = {
        one.get("test") or one["name"]: one
        for one in verdict.said["blockers"]
        if one.get("test") or one.get("name")
    }
    if not named:
        return Histories((), (), 0)
    runs = _runs(session, application)
    outcomes = _outcomes(session, runs)
    shown_ones = list(named.items())[:MOST_TESTS]
    return Histories(
        ended=tuple(run.ended for run in runs),
        tests=tuple(_history(key, one, outcomes) for key, one in shown_ones),
        more=len(named) - len(shown_ones),
    )


def _runs(session: Session, application: Application) -> Sequence[StoredResult]:
    found = session.scalars(
        select(StoredResult)
        .where(
            StoredResult.cloud_id == application.result.cloud_id,
            or_(StoredResult.shared_at.is_not(None), StoredResult.id == application.result_id),
        )
        .options(load_only(StoredResult.ended, StoredResult.suite_id, StoredResult.outcomes_sha256))
        .options(undefer(StoredResult.outcomes))
        .order_by(StoredResult.shared_at.desc().nulls_first(), StoredResult.id.desc())
        .limit(RUNS)
    ).all()
    return sorted(found, key=lambda run: run.ended)


def _outcomes(session: Session, runs: Sequence[StoredResult]) -> Sequence[Mapping[str, str]]:
    """For each run what became of each test, by id and by name."""
    ids = {run.suite_id for run in runs}
    rows = session.execute(select(Suite.id, Suite.tests).where(Suite.id.in_(ids)))
    suites = {row.id: tests_of(row.tests) for row in rows}
    return [
        {
            key: one.outcome.value
            for one in outcomes_of(suites[run.suite_id], run.outcomes, run.outcomes_sha256)
            for key in (one.id, one.name)
            if key
        }
        for run in runs
    ]


def _history(
    key: str, one: Mapping[str, str], outcomes: Sequence[Mapping[str, str]]
) -> TestHistory:
    found = [run.get(key) for run in outcomes]
    return TestHistory(
        key=key,
        name=short_name(one.get("name", "")) or key,
        capability=one.get("capability", ""),
        reason=one["reason"],
        runs=tuple(None if outcome is None else shown(outcome) for outcome in found),
        steady=_steadiness([outcome for outcome in found if outcome]),
    )


def _steadiness(outcomes: Sequence[str]) -> str:
    if "flaky" in outcomes:
        return "flaky: another try passed"
    if len(outcomes) < 2:
        return "one run only"
    changes = sum(before != now for before, now in pairwise(outcomes))
    if not changes:
        return f"the same in {len(outcomes)} runs"
    times = "once" if changes == 1 else f"{changes} times"
    return f"changed {times} in {len(outcomes)} runs"
