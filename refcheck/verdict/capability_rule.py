"""The capability rule: which capabilities hold, what blocks, and RefStack's counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from refcheck.guideline.model import Status, Test
from refcheck.result.outcome import Outcome
from refcheck.verdict.exceptions import Exceptions
from refcheck.verdict.matching import Matches
from refcheck.verdict.scope import Listed, Scope
from refcheck.verdict.verdict import (
    Blocker,
    CapabilityRule,
    CapabilityVerdict,
    Counts,
    TestVerdict,
    Waived,
)
from refcheck.verdict.waiver import Waiver


def judge_capability(one: Listed, matches: Matches, exceptions: Exceptions) -> CapabilityVerdict:
    """The outcomes and waivers of one capability's tests."""
    if one.test_keys <= matches.passed:
        return one.all_passed
    if exceptions:
        return _judge_capability(one, matches, exceptions)
    place = one.home.id, one.name, one.status
    if place not in matches.judged:
        matches.judged[place] = _judge_capability(one, matches, exceptions)
    return matches.judged[place]


def _judge_capability(one: Listed, matches: Matches, exceptions: Exceptions) -> CapabilityVerdict:
    return CapabilityVerdict(
        name=one.name,
        status=one.status,
        tests=tuple(_judge_test(one, test, matches, exceptions) for test in one.tests),
    )


def _judge_test(one: Listed, test: Test, matches: Matches, exceptions: Exceptions) -> TestVerdict:
    outcome = matches.of(test)
    flagged = test.flag is not None
    if outcome.outcome is Outcome.PASSED:
        return TestVerdict(test.id, test.name, Outcome.PASSED, "", flagged, waived=False)
    return TestVerdict(
        id=test.id,
        name=test.name,
        outcome=outcome.outcome,
        reason=outcome.reason,
        flagged=flagged,
        waived=bool(exceptions) and not flagged and exceptions.covering(one, test) is not None,
    )


def blockers_of(
    capabilities: Iterable[CapabilityVerdict], *, prerequisite: str
) -> tuple[Blocker, ...]:
    """A blocker for each test that keeps a required capability from holding."""
    return tuple(
        _blocker(capability, test, prerequisite)
        for capability in capabilities
        if capability.status is Status.REQUIRED
        for test in capability.blocking
    )


def _blocker(capability: CapabilityVerdict, test: TestVerdict, prerequisite: str) -> Blocker:
    return Blocker(
        kind="prerequisite" if prerequisite else "test",
        outcome=test.outcome.value,
        reason=test.reason,
        capability=capability.name,
        prerequisite=prerequisite,
        test=test.id,
        name=test.name,
    )


def waived_tests(
    scope: Scope, verdicts: Mapping[str, CapabilityVerdict], exceptions: Exceptions
) -> tuple[Waived, ...]:
    """Each blocker of a required capability that a waiver removed, with that waiver."""
    return tuple(
        Waived(_blocker(verdicts[one.key], judged, prerequisite), waiver)
        for prerequisite, one, judged, waiver in _covered(scope, verdicts, exceptions)
        if one.status is Status.REQUIRED
    )


def waivers_that_count(
    scope: Scope, verdicts: Mapping[str, CapabilityVerdict], exceptions: Exceptions
) -> tuple[Waiver, ...]:
    """The waivers without which the verdict would read otherwise, the expired ones included."""
    used = (waiver for _, _, _, waiver in _covered(scope, verdicts, exceptions))
    return tuple(dict.fromkeys((*used, *exceptions.expired)))


def _covered(
    scope: Scope, verdicts: Mapping[str, CapabilityVerdict], exceptions: Exceptions
) -> Iterator[tuple[str, Listed, TestVerdict, Waiver]]:
    """Each waived test: the prerequisite it belongs to or "", its place, and the waiver."""
    if not exceptions:
        return
    base = {one.key: (name, one) for name, several in scope.base.items() for one in several}
    places = {**base, **{one.key: ("", one) for one in scope.own}}
    for key, (prerequisite, one) in places.items():
        for test, judged in zip(one.tests, verdicts[key].tests, strict=True):
            waiver = exceptions.covering(one, test) if judged.waived else None
            if waiver:
                yield prerequisite, one, judged, waiver


def missing_blockers(scope: Scope) -> tuple[Blocker, ...]:
    """A blocker for each component whose guideline is not at hand."""
    return tuple(
        Blocker(
            kind="prerequisite",
            outcome=Outcome.UNDECIDED.value,
            reason=f"its guideline {ref.guideline_id} is not at hand",
            prerequisite=ref.name,
        )
        for ref in scope.missing
    )


def nothing_to_hold(capabilities: Iterable[CapabilityVerdict]) -> tuple[Blocker, ...]:
    """The blocker of a program without any required test that counts: it never qualifies."""
    if any(one.status is Status.REQUIRED and not one.untested for one in capabilities):
        return ()
    reason = "no required test counts for this target: there is nothing to hold"
    return (Blocker(kind="guideline", outcome=Outcome.ABSENT.value, reason=reason),)


def capability_rule(blockers: Iterable[Blocker]) -> CapabilityRule:
    """Held without blockers; not held when one is a definite no; undecidable otherwise."""
    outcomes = {Outcome(blocker.outcome) for blocker in blockers}
    if not outcomes:
        return CapabilityRule.HELD
    if any(outcome.is_definite_no for outcome in outcomes):
        return CapabilityRule.NOT_HELD
    return CapabilityRule.UNDECIDABLE


def count(capabilities: Iterable[CapabilityVerdict]) -> dict[Status, Counts]:
    """RefStack's counts: a test counts once for each capability that lists it."""
    by_status: dict[Status, list[Counts]] = {status: [] for status in Status}
    for capability in capabilities:
        by_status[capability.status].append(capability.counts)
    return {status: Counts.sum(several) for status, several in by_status.items()}
