"""The gate refuses what newly fails, and nothing else; what it cannot know, it says."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.gate import Decision, Met, Sort, gate
from refcheck.verdict.pairing import pair
from refcheck.verdict.policy import KnownFailure, Policy
from refcheck.verdict.scope import program_of, scope_of
from tests.verdict.small import case, guideline, seen, uuid

TODAY = date(2026, 11, 20)
DEFINITE = [one for one in Outcome if one.is_definite_no]
OPEN = [Outcome.ERROR, Outcome.UNDECIDED]
RULES = guideline(
    {"boot": case(1) | case(2), "stop": case(2) | case(3, flagged=True)},
    {"c": {"required": ["boot", "stop"]}},
)
SCOPE = scope_of(RULES, program_of(RULES, "platform"), None)


PLAIN = Policy()
FIRST = uuid(1)


def decided(now, before=None, policy=PLAIN, scope=None):
    pairs = pair(now, before or (), scope).pairs
    return gate(pairs, policy, TODAY, compared=before is not None)


def known(test=FIRST, capability="", **more):
    return KnownFailure(test, capability, "bug 7", **more)


def sorts(found):
    return {one.pair.name: one.sort for one in found.findings}


# -- against a baseline ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "sort", "decision"),
    [
        *((Outcome.PASSED, no, Sort.NEW, Decision.REFUSED) for no in DEFINITE),
        *((Outcome.PASSED, no, Sort.MISSING, Decision.NOT_ENOUGH_DATA) for no in OPEN),
        (Outcome.PASSED, Outcome.PASSED, Sort.PASSED, Decision.ACCEPTED),
        *((no, Outcome.PASSED, Sort.MENDED, Decision.ACCEPTED) for no in DEFINITE),
        *((one, Outcome.PASSED, Sort.PASSED, Decision.ACCEPTED) for one in OPEN),
        (Outcome.FAILED, Outcome.EXTRA, Sort.STANDING, Decision.ACCEPTED),
        (Outcome.FAILED, Outcome.FLAKY, Sort.STANDING, Decision.ACCEPTED),
        (Outcome.FLAKY, Outcome.FLAKY, Sort.STANDING, Decision.ACCEPTED),
        (Outcome.FLAKY, Outcome.FAILED, Sort.NEW, Decision.REFUSED),
        *((no, one, Sort.OPEN, Decision.ACCEPTED) for no, one in product(DEFINITE, OPEN)),
        *((one, Outcome.FAILED, Sort.NEW, Decision.REFUSED) for one in OPEN),
        *((one, other, Sort.OPEN, Decision.ACCEPTED) for one, other in product(OPEN, OPEN)),
    ],
)
def test_what_was_seen_before_decides_what_is_new(before, now, sort, decision):
    # Something else passed, so that something was decided.
    found = decided([seen(1, now), seen(2)], [seen(1, before), seen(2)])
    assert sorts(found)["suite.test_1"] is sort
    assert found.decision is decision


def test_a_failure_of_a_test_that_the_baseline_does_not_hold_is_new():
    found = decided([seen(1, Outcome.FAILED)], [])
    assert found.decision is Decision.REFUSED
    assert found.of(Sort.NEW)[0].why == "not in the baseline"


def test_what_is_new_says_how_it_was():
    found = decided([seen(1, Outcome.FAILED)], [seen(1, Outcome.FLAKY)])
    assert found.of(Sort.NEW)[0].why == "flaky in the baseline"


def test_a_pass_of_the_baseline_that_the_result_does_not_hold_is_missed():
    found = decided([seen(2)], [seen(1), seen(2)])
    assert found.decision is Decision.NOT_ENOUGH_DATA
    assert found.of(Sort.MISSING)[0].why == "not in the result"


def test_a_failure_that_is_new_weighs_more_than_one_that_is_missed():
    now = [seen(1, Outcome.UNDECIDED), seen(2, Outcome.FAILED)]
    assert decided(now, [seen(1), seen(2)]).decision is Decision.REFUSED


@pytest.mark.parametrize("before", [[], [seen(1, Outcome.ERROR)], None])
def test_where_nothing_is_decided_there_is_not_enough_data(before):
    assert decided([seen(1, Outcome.ERROR)], before).decision is Decision.NOT_ENOUGH_DATA
    assert decided([], before).decision is Decision.NOT_ENOUGH_DATA


def test_a_failure_is_something_decided():
    found = decided([seen(1, Outcome.FAILED)], [seen(1, Outcome.FAILED)])
    assert found.decision is Decision.ACCEPTED


LEFT = seen(1, Outcome.UNDECIDED, "left out: --services compute")


def test_what_was_left_out_is_missed_unless_the_policy_takes_it_over():
    accept = Policy(left_out_accepted=True)
    for policy, sort, decision in (
        (Policy(), Sort.MISSING, Decision.NOT_ENOUGH_DATA),
        (accept, Sort.TAKEN_OVER, Decision.ACCEPTED),
    ):
        found = decided([LEFT, seen(2)], [seen(1), seen(2)], policy)
        assert (sorts(found)["suite.test_1"], found.decision) == (sort, decision)
    interrupted = seen(1, Outcome.UNDECIDED, "interrupted")
    found = decided([interrupted, seen(2)], [seen(1), seen(2)], accept)
    assert found.decision is Decision.NOT_ENOUGH_DATA


def test_when_all_is_taken_over_nothing_newly_fails():
    found = decided([LEFT], [seen(1)], Policy(left_out_accepted=True))
    assert found.decision is Decision.ACCEPTED


def test_without_a_baseline_nothing_can_be_taken_over():
    found = decided([LEFT, seen(2)], None, Policy(left_out_accepted=True))
    assert found.decision is Decision.NOT_ENOUGH_DATA


# -- with a policy -----------------------------------------------------------------------------------


def test_without_a_baseline_every_test_has_to_pass():
    assert decided([seen(1), seen(2)]).decision is Decision.ACCEPTED
    found = decided([seen(1, Outcome.FAILED), seen(2)])
    assert (found.decision, found.of(Sort.NEW)[0].why) == (Decision.REFUSED, "")
    assert decided([seen(1, Outcome.ERROR), seen(2)]).decision is Decision.NOT_ENOUGH_DATA


@pytest.mark.parametrize("test", [uuid(1), f"id-{uuid(1)}", "suite.test_1"])
def test_a_known_failure_is_let_through_by_id_or_name(test):
    found = decided([seen(1, Outcome.FAILED), seen(2)], None, Policy((known(test),)))
    assert found.decision is Decision.ACCEPTED
    assert found.of(Sort.KNOWN)[0].why == "bug 7"
    assert found.known == ((known(test), Met.SEEN),)


@pytest.mark.parametrize("test", [uuid(2), "suite.test_2", "suite.test_", "suite.*"])
def test_a_known_failure_of_another_test_lets_nothing_through(test):
    found = decided([seen(1, Outcome.FAILED), seen(2)], None, Policy((known(test),)))
    assert found.decision is Decision.REFUSED


def test_a_known_failure_may_say_how_exactly_it_ends():
    exact = Policy((known(outcome=Outcome.EXTRA),))
    assert decided([seen(1, Outcome.EXTRA)], None, exact).decision is Decision.ACCEPTED
    found = decided([seen(1, Outcome.FAILED)], None, exact)
    assert found.decision is Decision.REFUSED
    assert found.of(Sort.NEW)[0].why == "known to be extra, which it is not"
    assert found.known[0][1] is Met.OTHERWISE


@pytest.mark.parametrize("outcome", OPEN)
def test_only_a_known_failure_that_says_so_expects_that_nothing_is_decided(outcome):
    now = [seen(1, outcome), seen(2)]
    found = decided(now, [seen(1), seen(2)], Policy((known(),)))
    assert (found.decision, found.known[0][1]) == (Decision.NOT_ENOUGH_DATA, Met.UNDECIDED)
    found = decided(now, [seen(1), seen(2)], Policy((known(outcome=outcome),)))
    assert (found.decision, found.known[0][1]) == (Decision.ACCEPTED, Met.SEEN)


def test_of_a_known_failure_without_a_baseline_nobody_misses_the_outcome():
    found = decided([seen(1, Outcome.ERROR), seen(2)], None, Policy((known(),)))
    assert (found.decision, sorts(found)["suite.test_1"]) == (Decision.ACCEPTED, Sort.OPEN)


def test_a_known_failure_that_passes_is_told_and_refuses_when_the_policy_is_strict():
    for strict, decision in ((False, Decision.ACCEPTED), (True, Decision.REFUSED)):
        found = decided([seen(1), seen(2)], None, Policy((known(),), strict=strict))
        assert (found.decision, found.known[0][1]) == (decision, Met.PASSES)


def test_a_strict_policy_does_not_refuse_a_known_failure_that_fails():
    found = decided([seen(1, Outcome.FAILED)], None, Policy((known(),), strict=True))
    assert found.decision is Decision.ACCEPTED


@pytest.mark.parametrize(("day", "lasts"), [(19, False), (20, True), (21, True)])
def test_a_known_failure_is_known_until_the_end_of_its_last_day(day, lasts):
    policy = Policy((known(until=date(2026, 11, day)),))
    found = decided([seen(1, Outcome.FAILED)], None, policy)
    assert (found.decision is Decision.ACCEPTED) == lasts
    assert found.known[0][1] is (Met.SEEN if lasts else Met.EXPIRED)
    if not lasts:
        assert found.of(Sort.NEW)[0].why == "known until 2026-11-19"


def test_an_expired_known_failure_does_not_excuse_a_missing_outcome_either():
    policy = Policy((known(until=date(2026, 11, 19)),))
    found = decided([seen(1, Outcome.ERROR), seen(2)], None, policy)
    assert found.decision is Decision.NOT_ENOUGH_DATA


def test_a_known_failure_that_names_no_test_is_told():
    found = decided([seen(2)], None, Policy((known(),)))
    assert found.known[0][1] is Met.UNKNOWN


def test_a_known_failure_that_the_baseline_had_is_known_first():
    found = decided([seen(1, Outcome.FAILED)], [seen(1, Outcome.FAILED)], Policy((known(),)))
    assert found.of(Sort.KNOWN)


def test_what_is_flaky_refuses_or_is_only_told():
    now = [seen(1, Outcome.FLAKY), seen(2)]
    assert decided(now).decision is Decision.REFUSED
    found = decided(now, None, Policy(flaky_refuses=False))
    assert (found.decision, found.of(Sort.TOLERATED)[0].why) == (
        Decision.ACCEPTED,
        "the policy only reports what is flaky",
    )
    failed = [seen(1, Outcome.FAILED), seen(2)]
    assert decided(failed, None, Policy(flaky_refuses=False)).decision is Decision.REFUSED


# -- with a guideline --------------------------------------------------------------------------------


def test_a_glob_knows_the_failures_of_the_capabilities_that_it_names():
    now = [seen(1, Outcome.FAILED), seen(2, Outcome.FAILED), seen(3)]
    for glob, new in (
        ("boot", []),
        ("b*", []),
        ("stop", ["suite.test_1"]),
        ("s?op", ["suite.test_1"]),
    ):
        found = decided(now, None, Policy((known("", glob),)), SCOPE)
        assert [one.pair.name for one in found.of(Sort.NEW)] == new


def test_with_test_and_capability_both_must_fit():
    now = [seen(1, Outcome.FAILED), seen(2), seen(3)]
    assert decided(now, None, Policy((known(uuid(1), "stop"),)), SCOPE).decision is Decision.REFUSED
    assert (
        decided(now, None, Policy((known(uuid(1), "boot"),)), SCOPE).decision is Decision.ACCEPTED
    )


def test_a_glob_passes_only_when_all_its_tests_do():
    policy = Policy((known("", "boot"),), strict=True)
    assert decided([seen(1), seen(2)], None, policy, SCOPE).decision is Decision.REFUSED
    one_fails = [seen(1), seen(2, Outcome.FAILED)]
    assert decided(one_fails, None, policy, SCOPE).decision is Decision.ACCEPTED
    one_open = decided([seen(1), seen(2, Outcome.ERROR)], None, policy, SCOPE)
    assert one_open.known[0][1] is Met.UNDECIDED


def test_what_the_guideline_flags_does_not_count():
    found = decided([seen(1), seen(2), seen(3, Outcome.FAILED)], None, Policy(), SCOPE)
    assert found.decision is Decision.ACCEPTED
    assert found.of(Sort.TOLERATED)[0].why == "the guideline does not count it"


def test_every_sort_is_counted():
    found = decided([seen(1), seen(2, Outcome.FAILED)], [seen(1), seen(2)])
    assert set(found.counts) == set(Sort)
    assert {sort: number for sort, number in found.counts.items() if number} == {
        Sort.NEW: 1,
        Sort.PASSED: 1,
    }


def test_the_gate_says_whether_there_was_a_baseline():
    assert decided([seen(1)], [seen(1)]).compared
    assert not decided([seen(1)]).compared


def test_a_test_is_told_with_the_outcome_that_was_seen():
    entry = TestOutcome(uuid(1), "suite.test_1", Outcome.FAILED, "answered 500")
    assert decided([entry]).findings[0].pair.now is entry
