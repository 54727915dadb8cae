"""Laws of the gate, with guidelines, results and policies in which everything collides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.gate import Decision, Sort, gate
from refcheck.verdict.pairing import pair
from refcheck.verdict.policy import KnownFailure, Policy
from refcheck.verdict.scope import program_of, scope_of
from tests.verdict.generated import CAPABILITIES, IDS, NAMES, documents, entries, results
from tests.verdict.small import load, uuid

TODAY = date(2026, 11, 20)
DAYS = st.sampled_from([None, TODAY - timedelta(1), TODAY, TODAY + timedelta(1)])
ENDS = st.sampled_from([None, *(one for one in Outcome if one is not Outcome.PASSED)])
KNOWN = st.one_of(
    st.builds(KnownFailure, st.sampled_from([*filter(None, IDS), *NAMES]), st.just(""),
              st.just("why"), DAYS, ENDS),
    st.builds(KnownFailure, st.just(""), st.sampled_from([*CAPABILITIES, "*", "b*"]),
              st.just("why"), DAYS, ENDS),
)  # fmt: skip
POLICIES = st.builds(Policy, st.lists(KNOWN, max_size=3).map(tuple), st.booleans(), st.booleans(),
                     st.booleans())  # fmt: skip
SIMPLE = st.lists(
    st.builds(
        lambda number, outcome, left, bare: TestOutcome(
            "" if bare else uuid(number), f"suite.test_{number}", outcome, left
        ),
        st.integers(1, 5),
        st.sampled_from([Outcome.PASSED, *Outcome]),
        st.sampled_from(["", "left out: --services compute"]),
        st.booleans(),
    ),
    max_size=8,
)
"""Results whose names and ids agree, as those of one suite do."""
SCOPES = documents().map(load).map(lambda one: scope_of(one, program_of(one, "platform"), None))
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEVERITY = [Decision.ACCEPTED, Decision.NOT_ENOUGH_DATA, Decision.REFUSED]


def decided(now, before, policy, scope=None):
    pairs = pair(now, before or (), scope).pairs
    return gate(pairs, policy, TODAY, compared=before is not None)


@UNHURRIED
@given(SCOPES, results, st.none() | results, POLICIES, entries(st.just(Outcome.PASSED)))
def test_a_pass_more_never_refuses(scope, now, before, policy, more):
    policy = replace(policy, strict=False)
    if decided(now, before, policy, scope).decision is not Decision.REFUSED:
        assert decided([*now, more], before, policy, scope).decision is not Decision.REFUSED


@UNHURRIED
@given(SIMPLE, st.none() | SIMPLE, POLICIES, st.integers(1, 6), st.booleans())
def test_a_pass_more_never_refuses_without_a_guideline(now, before, policy, number, bare):
    more = TestOutcome("" if bare else uuid(number), f"suite.test_{number}", Outcome.PASSED)
    policy = replace(policy, strict=False)
    if decided(now, before, policy).decision is not Decision.REFUSED:
        assert decided([*now, more], before, policy).decision is not Decision.REFUSED


@UNHURRIED
@given(
    SCOPES | st.none(), results, st.none() | results, POLICIES, st.randoms(use_true_random=False)
)
def test_the_order_of_entries_decides_nothing(scope, now, before, policy, chance):
    told = decided(now, before, policy, scope)
    for side in filter(None, (now, before)):
        chance.shuffle(side)
    again = decided(now, before, policy, scope)
    assert (again.decision, again.counts, again.known) == (told.decision, told.counts, told.known)


@UNHURRIED
@given(SCOPES | st.none(), results, POLICIES)
def test_a_result_is_accepted_against_itself(scope, now, policy):
    found = decided(now, now, replace(policy, strict=False), scope)
    assert not found.of(Sort.NEW)
    assert not found.of(Sort.MISSING)
    shown = any(
        one.pair.now.outcome is Outcome.PASSED or one.pair.now.outcome.is_definite_no
        for one in found.findings
    )
    assert found.decision is (Decision.ACCEPTED if shown else Decision.NOT_ENOUGH_DATA)


@UNHURRIED
@given(SCOPES | st.none(), results, st.none() | results, POLICIES, KNOWN)
def test_a_known_failure_covers_no_other_test(scope, now, before, policy, more):
    without = decided(now, before, policy, scope)
    with_it = decided(now, before, replace(policy, known=(*policy.known, more)), scope)
    for one, other in zip(without.findings, with_it.findings, strict=True):
        assert one.sort is other.sort or more.covers(one.pair)


@UNHURRIED
@given(SCOPES | st.none(), results, st.none() | results, POLICIES, KNOWN)
def test_a_known_failure_more_never_refuses_unless_the_policy_is_strict(
    scope, now, before, policy, more
):
    policy = replace(policy, strict=False)
    without = decided(now, before, policy, scope).decision
    with_it = decided(now, before, replace(policy, known=(*policy.known, more)), scope).decision
    assert SEVERITY.index(with_it) <= SEVERITY.index(without)


@UNHURRIED
@given(SCOPES | st.none(), results, results, POLICIES)
def test_nothing_but_what_is_new_refuses(scope, now, before, policy):
    found = decided(now, before, replace(policy, strict=False), scope)
    assert (found.decision is Decision.REFUSED) == bool(found.of(Sort.NEW))
    for one in found.of(Sort.NEW):
        assert one.pair.now.outcome.is_definite_no
        assert not one.pair.flagged


@UNHURRIED
@given(SCOPES | st.none(), results, st.none() | results, POLICIES)
def test_every_test_is_of_one_sort(scope, now, before, policy):
    found = decided(now, before, policy, scope)
    assert sum(found.counts.values()) == len(found.findings)
    assert len(found.findings) == len(pair(now, before or (), scope).pairs)
