"""The capability rule, the mark and the shape of the verdict."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone

import pytest

from refcheck.errors import UnknownTarget
from refcheck.guideline.model import Status
from refcheck.result.outcome import Outcome
from refcheck.verdict.counts import Counts
from refcheck.verdict.judge import highest, judge, judge_all
from refcheck.verdict.verdict import Blocker, CapabilityRule, CodeRule, TestVerdict
from tests.verdict.small import AT, all_passed, case, guideline, seen, uuid

TWO = guideline({"boot": case(1) | case(2)}, {"compute": {"required": ["boot"]}})


def test_all_passed_qualifies_and_gives_the_mark_of_the_program():
    verdict = judge(TWO, "platform", [seen(1), seen(2)], at=AT)
    assert verdict.qualifies
    assert verdict.capability_rule is CapabilityRule.HELD
    assert verdict.designated_code_rule is CodeRule.HELD
    assert verdict.mark.title == "OpenStack Powered Platform"
    assert verdict.mark.product_name
    assert verdict.blockers == ()


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.PASSED])
def test_only_passed_counts(outcome):
    verdict = judge(TWO, "platform", [seen(1), seen(2, outcome, "why")], at=AT)
    assert not verdict.qualifies
    assert verdict.mark is None
    assert not verdict.capabilities["boot"].holds
    assert [b.to_json() for b in verdict.blockers] == [
        {
            "kind": "test",
            "capability": "boot",
            "test": uuid(2),
            "name": "suite.test_2",
            "outcome": outcome.value,
            "reason": "why",
        }
    ]


@pytest.mark.parametrize(
    ("outcome", "rule"),
    [
        (Outcome.FAILED, CapabilityRule.NOT_HELD),
        (Outcome.EXTRA, CapabilityRule.NOT_HELD),
        (Outcome.ABSENT, CapabilityRule.NOT_HELD),
        (Outcome.FLAKY, CapabilityRule.NOT_HELD),
        (Outcome.ERROR, CapabilityRule.UNDECIDABLE),
        (Outcome.UNDECIDED, CapabilityRule.UNDECIDABLE),
    ],
)
def test_a_definite_no_is_not_held_and_an_open_answer_is_undecidable(outcome, rule):
    assert judge(TWO, "platform", [seen(1), seen(2, outcome)], at=AT).capability_rule is rule


def test_a_definite_no_weighs_more_than_an_open_answer():
    outcomes = [seen(1, Outcome.ERROR), seen(2, Outcome.FAILED)]
    assert judge(TWO, "platform", outcomes, at=AT).capability_rule is CapabilityRule.NOT_HELD


def test_a_test_that_the_result_does_not_hold_is_undecided():
    verdict = judge(TWO, "platform", [seen(1)], at=AT)
    assert verdict.capability_rule is CapabilityRule.UNDECIDABLE
    assert verdict.blockers[0].reason == "not in the result"


def test_a_flagged_test_never_counts():
    one = guideline({"boot": case(1) | case(2, flagged=True)}, {"c": {"required": ["boot"]}})
    verdict = judge(one, "platform", [seen(1), seen(2, Outcome.FAILED)], at=AT)
    assert verdict.qualifies
    assert verdict.counts[Status.REQUIRED] == Counts(2, 1, 0, 1)
    assert verdict.to_json()["capabilities"]["boot"]["flagged"] == [uuid(2)]


def test_an_untested_capability_is_shown_and_does_not_block():
    one = guideline(
        {"boot": case(1), "resize": case(2, flagged=True), "nothing": {}},
        {"c": {"required": ["boot", "resize", "nothing", "undefined"]}},
    )
    verdict = judge(one, "platform", [seen(1)], at=AT)
    assert verdict.qualifies
    for name in ("resize", "nothing", "undefined"):
        assert verdict.capabilities[name].untested
        assert not verdict.capabilities[name].holds


@pytest.mark.parametrize(
    "by_status",
    [
        {"required": []},
        {"required": ["resize"]},
        {"advisory": ["boot"]},
        {"required": ["undefined"]},
    ],
)
def test_a_target_without_a_required_test_that_counts_never_qualifies(by_status):
    one = guideline({"boot": case(1), "resize": case(2, flagged=True)}, {"c": by_status})
    verdict = judge(one, "platform", all_passed(one), at=AT)
    assert not verdict.qualifies
    assert verdict.capability_rule is CapabilityRule.NOT_HELD
    assert verdict.blockers[0].kind == "guideline"


@pytest.mark.parametrize("weaker", ["advisory", "deprecated", "removed"])
def test_required_in_one_component_beats_a_weaker_status_in_another(weaker):
    one = guideline(
        {"boot": case(1), "other": case(2)},
        {"a": {weaker: ["boot"], "required": ["other"]}, "b": {"required": ["boot"]}},
    )
    verdict = judge(one, "platform", [seen(2)], at=AT)
    assert verdict.capabilities["boot"].status is Status.REQUIRED
    assert not verdict.qualifies


@pytest.mark.parametrize("status", ["advisory", "deprecated", "removed"])
def test_only_required_capabilities_decide(status):
    one = guideline(
        {"boot": case(1), "other": case(2)}, {"a": {"required": ["boot"], status: ["other"]}}
    )
    verdict = judge(one, "platform", [seen(1), seen(2, Outcome.FAILED)], at=AT)
    assert verdict.qualifies
    assert verdict.counts[Status(status)] == Counts(1, 0, 0, 0)


def test_a_test_in_two_capabilities_counts_once_for_each():
    one = guideline({"a": case(1), "b": case(1)}, {"c": {"required": ["a", "b"]}})
    assert judge(one, "platform", [seen(1)], at=AT).counts[Status.REQUIRED] == Counts(2, 2, 0, 0)


def test_an_unknown_target_names_the_nearest():
    with pytest.raises(UnknownTarget, match="nearest is platform"):
        judge(TWO, "platfrom", [], at=AT)


def test_a_program_of_one_component_carries_the_narrower_wording():
    programs = {
        "OpenStack Powered Platform": ["compute", "storage"],
        "OpenStack Powered Compute": ["compute"],
        "OpenStack Powered Storage": ["storage"],
    }
    one = guideline(
        {"boot": case(1), "put": case(2)},
        {"compute": {"required": ["boot"]}, "storage": {"required": ["put"]}},
        programs=programs,
    )
    verdicts = judge_all(one, [seen(1)], at=AT)
    assert {target: v.qualifies for target, v in verdicts.items()} == {
        "platform": False,
        "compute": True,
        "object": False,
    }
    best = highest(verdicts)
    assert best.target == "compute"
    assert not best.mark.product_name
    assert "only" in best.mark.wording
    assert highest(judge_all(one, [seen(1), seen(2)], at=AT)).target == "platform"
    assert highest(judge_all(one, [], at=AT)) is None


def test_a_mark_can_be_claimed_under_a_guideline_that_was_superseded():
    one = guideline({"boot": case(1)}, {"c": {"required": ["boot"]}}, status="superseded")
    verdict = judge(one, "platform", [seen(1)], at=AT)
    assert verdict.mark == one.programs["platform"].mark
    assert verdict.notices == ()


@pytest.mark.parametrize("status", ["draft", "reconstructed", "review"])
def test_no_mark_can_be_claimed_under_a_guideline_that_was_not_approved(status):
    one = guideline({"boot": case(1)}, {"c": {"required": ["boot"]}}, status=status)
    verdict = judge(one, "platform", [seen(1)], at=AT)
    assert verdict.qualifies
    assert verdict.mark is None
    assert verdict.to_json()["guideline"]["status"] == status
    assert verdict.notices == (f"guideline 2030.01 is {status}: no mark can be claimed under it",)


def test_the_same_inputs_give_the_same_bytes():
    first = judge(TWO, "platform", [seen(1), seen(2)], at=AT).canonical()
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    assert judge(TWO, "platform", [seen(2), seen(1)], at=elsewhere).canonical() == first
    assert json.loads(first)["judged_at"] == "2026-11-20T12:00:00Z"
    assert json.loads(first)["engine"] == "refcheck-judge/2"


def test_entries_are_counted_and_strange_ones_are_not_matched():
    outcomes = [seen(1), seen(2), seen(77)]
    document = judge(TWO, "platform", outcomes, at=AT).to_json()
    assert document["entries"] == {"given": 3, "matched": 2}


def test_a_test_and_what_blocks_are_told_in_full():
    verdict = judge(TWO, "platform", [seen(1, Outcome.FAILED, "500"), seen(2)], at=AT)
    assert verdict.capabilities["boot"].tests == (
        TestVerdict(uuid(1), "suite.test_1", Outcome.FAILED, "500", flagged=False, waived=False),
        TestVerdict(uuid(2), "suite.test_2", Outcome.PASSED, "", flagged=False, waived=False),
    )
    (blocker,) = verdict.blockers
    assert blocker == Blocker(
        "test", "failed", "500", capability="boot", test=uuid(1), name="suite.test_1"
    )


def test_a_pass_has_no_reason_whatever_the_result_says():
    verdict = judge(TWO, "platform", [seen(1, reason="odd"), seen(2, Outcome.ERROR, "why")], at=AT)
    assert [test.reason for test in verdict.capabilities["boot"].tests] == ["", "why"]


def test_the_time_of_judging_is_told_in_utc_and_whole_seconds_wherever_the_judge_sits(monkeypatch):
    monkeypatch.setenv("TZ", "XYZ-9")
    time.tzset()
    try:
        told = judge(TWO, "platform", [], at=AT.replace(microsecond=7)).judged_at
    finally:
        monkeypatch.undo()
        time.tzset()
    assert told == "2026-11-20T12:00:00Z"


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match=r"^the time of judging has no time zone$"):
        judge(TWO, "platform", [], at=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_tests_that_share_an_id_in_a_capability_are_told_apart_by_name():
    shared = case(1) | {"suite.other": {"idempotent_id": f"id-{uuid(1)}"}}
    one = guideline({"boot": shared}, {"c": {"required": ["boot"]}})
    tests = judge(one, "platform", [seen(1)], at=AT).to_json()["capabilities"]["boot"]["tests"]
    assert tests == {"suite.test_1": "passed", "suite.other": "undecided"}
