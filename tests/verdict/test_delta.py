"""A narrowed run and its baseline say something together, which is never a claim."""

from __future__ import annotations

from hypothesis import given

from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.delta import delta
from refcheck.verdict.judge import judge
from refcheck.verdict.verdict import CapabilityRule
from tests.verdict.generated import documents, results
from tests.verdict.small import AT, case, guideline, load, seen, uuid

RULES = guideline(
    {"boot": case(1) | case(2), "stop": case(3)}, {"c": {"required": ["boot", "stop"]}}
)
LEFT = "left out: --services compute"


def together(now, before, rules=RULES):
    return delta(rules, "platform", now, before, at=AT)


def left_out(number, reason=LEFT):
    return seen(number, Outcome.UNDECIDED, reason)


def test_what_was_left_out_is_taken_over_and_marked():
    found = together([seen(1), left_out(2), left_out(3)], [seen(1), seen(2), seen(3)])
    assert [one.name for one in found.decided] == ["suite.test_1"]
    assert [one.name for one in found.taken_over] == ["suite.test_2", "suite.test_3"]
    assert found.nowhere == ()
    assert found.rule is CapabilityRule.HELD
    assert found.blockers == ()


def test_it_qualifies_nobody_whatever_both_say():
    found = together([seen(1), left_out(2), left_out(3)], [seen(n) for n in (1, 2, 3)])
    assert found.to_json() == {
        "decided": {uuid(1): "passed"},
        "taken_over": {uuid(2): "passed", uuid(3): "passed"},
        "left_out": {"--services compute": 2},
        "nowhere": [],
        "together": {"capability_rule": "held", "blockers": []},
        "qualifies": False,
    }


def test_what_the_run_saw_weighs_more_than_the_baseline():
    found = together(
        [seen(1, Outcome.FAILED, "no"), seen(2), left_out(3)], [seen(n) for n in (1, 2, 3)]
    )
    assert found.rule is CapabilityRule.NOT_HELD
    assert [(one.name, one.reason) for one in found.blockers] == [("suite.test_1", "no")]
    assert found.to_json()["together"]["blockers"][0]["outcome"] == "failed"


def test_only_what_was_left_out_is_taken_over():
    interrupted = seen(2, Outcome.UNDECIDED, "interrupted")
    found = together([seen(1), interrupted, left_out(3)], [seen(n) for n in (1, 2, 3)])
    assert [one.name for one in found.taken_over] == ["suite.test_3"]
    assert found.rule is CapabilityRule.UNDECIDABLE


def test_what_neither_holds_stays_open():
    found = together([seen(1), seen(2), left_out(3)], [seen(1)])
    assert [one.name for one in found.nowhere] == ["suite.test_3"]
    assert found.to_json()["nowhere"] == [uuid(3)]
    assert found.rule is CapabilityRule.UNDECIDABLE
    assert found.reasons == {"--services compute": 1}


def test_a_failure_that_is_taken_over_is_a_failure():
    found = together([seen(1), seen(2), left_out(3)], [seen(3, Outcome.FAILED, "answered 500")])
    assert found.rule is CapabilityRule.NOT_HELD
    assert found.blockers[0].reason == "answered 500"
    assert found.to_json()["taken_over"] == {uuid(3): "failed"}


def test_code_is_no_matter_of_it():
    one = guideline({"boot": case(1)}, {"c": {"required": ["boot"]}}, designated={"c": ["nova"]})
    assert judge(one, "platform", [seen(1)], at=AT).blockers
    assert together([seen(1)], [], one).blockers == ()


def test_a_test_without_an_id_goes_by_its_name():
    one = guideline({"boot": case(1, bare=True)}, {"c": {"required": ["boot"]}})
    assert together([seen(1)], [], one).to_json()["decided"] == {"suite.test_1": "passed"}


@given(documents().map(load), results, results)
def test_without_anything_left_out_it_is_what_the_run_alone_comes_to(one, now, before):
    alone = judge(one, "platform", now, at=AT)
    found = together(now, before, one)
    assert found.rule is alone.capability_rule
    assert not found.taken_over


@given(documents().map(load), results)
def test_when_all_is_left_out_nothing_is_worse_than_the_baseline(one, before):
    narrowed = [
        TestOutcome(test.id, test.name, Outcome.UNDECIDED, LEFT)
        for listed in one.capabilities.values()
        for test in listed.tests
    ]
    found = together(narrowed, before, one)
    if judge(one, "platform", before, at=AT).capability_rule is CapabilityRule.HELD:
        assert found.rule is CapabilityRule.HELD
