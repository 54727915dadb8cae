"""The capability rule: which capabilities hold, and what blocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from refcheck.guideline.model import Status
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.counts import Counts
from refcheck.verdict.exceptions import Exceptions
from refcheck.verdict.listing import Listed, Listing
from refcheck.verdict.matching import Matches
from refcheck.verdict.scope import Scope
from refcheck.verdict.verdict import (
    Blocker,
    CapabilityRule,
    CapabilityVerdict,
    TestVerdict,
    Waived,
    blocker,
)
from refcheck.verdict.waiver import Waiver


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts on the capabilities of a listing.

    Attributes:
        listing: what was judged.
        open: those of which some test did not pass, by key.
    """

    listing: Listing
    open: Mapping[str, CapabilityVerdict]

    @property
    def capabilities(self) -> Mapping[str, CapabilityVerdict]:
        """All of them, by key."""
        return {**self.listing.all_passed, **self.open}

    @property
    def counts(self) -> Mapping[Status, Counts]:
        """RefStack's counts."""
        lost = dict.fromkeys(Status, (0, 0))
        for one in self.open.values():
            tests, flagged = lost[one.status]
            for test in one.not_passed:
                tests, flagged = tests + 1, flagged + test.flagged
            lost[one.status] = tests, flagged
        return {status: all_.without(*lost[status]) for status, all_ in self.listing.counts.items()}


def judge_capabilities(listing: Listing, matches: Matches, exceptions: Exceptions) -> Judged:
    """The outcomes and waivers of the tests of each capability."""
    not_passed = listing.with_any_of(listing.test_keys - matches.passed)
    return Judged(
        listing,
        {
            one.key: _judge_capability(one, places, matches, exceptions)
            for one, places in not_passed
        },
    )


def _judge_capability(
    one: Listed, places: Sequence[int], matches: Matches, exceptions: Exceptions
) -> CapabilityVerdict:
    """The verdict on a capability; `places` are those of its tests that did not pass."""
    outcomes = [matches.of(one.tests[place]) for place in places]
    if exceptions:
        return _judged(one, places, outcomes, exceptions)
    told = tuple(
        [(place, it.outcome, it.reason) for place, it in zip(places, outcomes, strict=True)]
    )
    found = one.known.get(told)
    if found is None:
        found = _judged(one, places, outcomes, exceptions)
        one.remember(told, found)
    return found


def _judged(
    one: Listed, places: Sequence[int], outcomes: Iterable[TestOutcome], exceptions: Exceptions
) -> CapabilityVerdict:
    tests = list(one.all_passed.tests)
    for place, outcome in zip(places, outcomes, strict=True):
        test, flagged = one.tests[place], tests[place].flagged
        waived = bool(exceptions) and not flagged and exceptions.covering(one, test) is not None
        tests[place] = TestVerdict(
            test.id, test.name, outcome.outcome, outcome.reason, flagged, waived
        )
    return CapabilityVerdict(one.name, one.status, one.keys, tuple(tests))


def blockers_of(
    capabilities: Iterable[CapabilityVerdict], *, prerequisite: str
) -> tuple[Blocker, ...]:
    """A blocker for each test that keeps a required capability from holding."""
    required = Status.REQUIRED
    found = [one for each in capabilities if each.status is required for one in each.blockers]
    if not prerequisite:
        return tuple(found)
    return tuple(_of(prerequisite, one) for one in found)


def _of(prerequisite: str, one: Blocker) -> Blocker:
    """A blocker as one of a prerequisite, if that is named."""
    if not prerequisite:
        return one
    return replace(one, kind="prerequisite", prerequisite=prerequisite)


def waived_tests(
    scope: Scope, verdicts: Mapping[str, CapabilityVerdict], exceptions: Exceptions
) -> tuple[Waived, ...]:
    """Each blocker of a required capability that a waiver removed, with that waiver."""
    return tuple(
        Waived(_of(prerequisite, blocker(verdicts[one.key].name, judged)), waiver)
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
    """What these blockers leave of it."""
    return rule_of({Outcome(blocker.outcome) for blocker in blockers})


def rule_of(outcomes: Collection[Outcome]) -> CapabilityRule:
    """Held without blockers; not held when one is a definite no; undecidable otherwise."""
    if not outcomes:
        return CapabilityRule.HELD
    if any(outcome.is_definite_no for outcome in outcomes):
        return CapabilityRule.NOT_HELD
    return CapabilityRule.UNDECIDABLE
