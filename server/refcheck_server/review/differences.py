"""What changed since the last application for the same product and program that was approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from refcheck_server.products.models import ProductVersion
from refcheck_server.publication.outcomes import Shown, shown
from refcheck_server.results.models import StoredResult
from refcheck_server.review.judging import ApplicationVerdict, that_count
from refcheck_server.review.models import Application

MOST_TESTS = 25


@dataclass(frozen=True, slots=True)
class ChangedTest:
    """A test that came out otherwise; None where it was not part of it."""

    name: str
    before: Shown | None
    now: Shown | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as it was.

    Attributes:
        before: the application that was approved last.
        facts: what it is about, before and now, where that is not the same.
        gained, lost: capabilities that hold now and did not, and the other way.
        tests: the first of the tests that came out otherwise; `more` are not named.
    """

    before: Application
    facts: tuple[tuple[str, str, str], ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    tests: tuple[ChangedTest, ...]
    more: int


def last_approved(session: Session, application: Application) -> Application | None:
    """The one before it that was approved, for any version of the product. One statement."""
    return session.scalar(
        select(Application)
        .join(Application.version)
        .where(
            ProductVersion.product_id == application.version.product_id,
            Application.target == application.target,
            Application.expires_at.is_not(None),
            Application.id < application.id,
        )
        .options(
            contains_eager(Application.version),
            joinedload(Application.result).joinedload(StoredResult.cloud),
            undefer(Application.verdict),
        )
        .order_by(Application.id.desc())
        .limit(1)
    )


def difference(before: Application, now: Application, verdict: ApplicationVerdict) -> Difference:
    """Compare two applications by their verdicts."""
    old, new = ApplicationVerdict.of(before).said, verdict.said
    held_before, holds = _held(old), _held(new)
    outcomes_before, outcomes = _outcomes(old), _outcomes(new)
    changed = [
        ChangedTest(test, _shown(outcomes_before.get(test)), _shown(outcomes.get(test)))
        for test in sorted({*outcomes_before, *outcomes})
        if outcomes_before.get(test) != outcomes.get(test)
    ]
    changed.sort(key=lambda one: (one.now is not None and one.now.word == "passed", one.name))
    return Difference(
        before=before,
        facts=tuple(one for one in _facts(before, now, old, new) if one[1] != one[2]),
        gained=tuple(sorted(holds - held_before)),
        lost=tuple(sorted(held_before - holds)),
        tests=tuple(changed[:MOST_TESTS]),
        more=max(0, len(changed) - MOST_TESTS),
    )


def _facts(
    before: Application, now: Application, old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[tuple[str, str, str], ...]:
    def counted(verdict: Mapping[str, Any]) -> str:
        passed, tests = that_count(verdict)
        return f"{passed} of {tests}"

    return (
        ("Version", before.version.name, now.version.name),
        ("Guideline", old["guideline"]["id"], new["guideline"]["id"]),
        ("Required tests passed", counted(old), counted(new)),
        ("Waived", str(len(old["waived"])), str(len(new["waived"]))),
        ("Designated code", old["designated_code_rule"], new["designated_code_rule"]),
        ("Cloud", before.result.cloud.digest[:12], now.result.cloud.digest[:12]),
        ("Tests, SHA-256", before.result.suite_sha256[:12], now.result.suite_sha256[:12]),
        ("refcheck", before.result.tool_version, now.result.tool_version),
    )


def _held(verdict: Mapping[str, Any]) -> set[str]:
    return {
        name
        for name, one in verdict["capabilities"].items()
        if one["holds"] and one["status"] == "required"
    }


def _outcomes(verdict: Mapping[str, Any]) -> dict[str, str]:
    """By test, for tests of required capabilities."""
    return {
        test: outcome
        for one in verdict["capabilities"].values()
        if one["status"] == "required"
        for test, outcome in one["tests"].items()
    }


def _shown(outcome: str | None) -> Shown | None:
    return None if outcome is None else shown(outcome)
