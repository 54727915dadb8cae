"""RefStack's arithmetic, and where ours differs on purpose."""

from __future__ import annotations

import pytest

from refcheck.errors import UnknownTarget
from refcheck.guideline.model import Status
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.counts import Counts
from refcheck.verdict.judge import judge
from refcheck.verdict.refstack import judge_as_refstack
from refcheck.verdict.verdict import Blocker, CapabilityRule, Rules, TestVerdict
from tests.verdict.small import AT, case, document, guideline, load, seen, uuid

ONE = guideline(
    {"boot": case(1, aliases=["old.boot"]) | case(2, flagged=True), "stop": case(1) | case(3)},
    {"c": {"required": ["boot"], "advisory": ["stop"]}},
)


def named(*names: str) -> list[TestOutcome]:
    return [TestOutcome("", name, Outcome.PASSED) for name in names]


def test_it_is_a_yes_when_every_unflagged_required_test_passed():
    verdict = judge_as_refstack(ONE, "platform", named("suite.test_1"), at=AT)
    assert verdict.qualifies
    assert verdict.rules is Rules.REFSTACK
    assert verdict.mark is None
    assert verdict.components == ("c",)
    assert verdict.counts[Status.REQUIRED] == Counts(2, 1, 0, 1)
    assert verdict.counts[Status.ADVISORY] == Counts(2, 1, 0, 0)


def test_what_did_not_pass_blocks_and_strange_entries_are_not_matched():
    verdict = judge_as_refstack(ONE, "platform", named("suite.test_3", "nobody.knows"), at=AT)
    assert (verdict.entries, verdict.matched) == (2, 1)
    assert [(b.name, b.outcome, b.reason) for b in verdict.blockers] == [
        ("suite.test_1", "undecided", "not among the passed tests")
    ]
    assert verdict.capabilities["stop"].tests[1].reason == ""


def test_a_test_and_what_blocks_are_told_in_full():
    verdict = judge_as_refstack(ONE, "platform", named("suite.test_2"), at=AT)
    why = "not among the passed tests"
    assert verdict.capabilities["boot"].tests == (
        TestVerdict(uuid(1), "suite.test_1", Outcome.UNDECIDED, why, flagged=False, waived=False),
        TestVerdict(uuid(2), "suite.test_2", Outcome.PASSED, "", flagged=True, waived=False),
    )
    assert verdict.blockers == (
        Blocker("test", "undecided", why, capability="boot", test=uuid(1), name="suite.test_1"),
    )


def test_flagged_passes_are_counted_and_do_not_help():
    verdict = judge_as_refstack(ONE, "platform", named("suite.test_2"), at=AT)
    assert verdict.counts[Status.REQUIRED] == Counts(2, 1, 1, 0)
    assert not verdict.qualifies


@pytest.mark.parametrize(
    ("name", "counts"),
    [("suite.test_1", True), ("old.boot", True), (f"suite.test_1[id-{uuid(1)}]", False)],
)
def test_it_matches_exact_names_and_aliases_only(name, counts):
    assert judge_as_refstack(ONE, "platform", named(name), at=AT).qualifies == counts


def test_ids_do_not_count_and_only_passes_do():
    by_id = [TestOutcome(uuid(1), "renamed", Outcome.PASSED)]
    assert not judge_as_refstack(ONE, "platform", by_id, at=AT).qualifies
    assert judge(ONE, "platform", by_id, at=AT).qualifies
    failed = [seen(1, Outcome.FAILED)]
    assert not judge_as_refstack(ONE, "platform", failed, at=AT).qualifies


def test_differs_an_empty_required_set_is_a_yes_there_and_a_no_here():
    one = guideline({"boot": case(1)}, {"c": {"advisory": ["boot"]}})
    assert judge_as_refstack(one, "platform", [], at=AT).qualifies
    assert not judge(one, "platform", [], at=AT).qualifies


def test_differs_an_alias_of_two_tests_counts_for_both_there_and_for_none_here():
    tests = case(1, aliases=["old.both"]) | case(2, aliases=["old.both"])
    one = guideline({"boot": tests}, {"c": {"required": ["boot"]}})
    assert judge_as_refstack(one, "platform", named("old.both"), at=AT).qualifies
    assert not judge(one, "platform", named("old.both"), at=AT).qualifies


def test_differs_designated_code_is_not_looked_at_there():
    one = guideline({"boot": case(1)}, {"c": {"required": ["boot"]}}, designated={"c": ["nova"]})
    assert judge_as_refstack(one, "platform", [seen(1)], at=AT).qualifies
    assert not judge(one, "platform", [seen(1)], at=AT).qualifies


def test_differs_prerequisites_and_sources_are_not_looked_at_there():
    tree = document({"zone": case(4)}, {"dns": {"required": ["zone"]}})
    del tree["platforms"]
    tree["add-ons"] = {
        "DNS": {
            "components": [{"name": "dns", "source": "elsewhere.json"}],
            "required_platform_components": [{"name": "compute", "source": "2020.06.json"}],
        }
    }
    assert judge_as_refstack(load(tree), "dns", [seen(4)], at=AT).qualifies
    assert judge(load(tree), "dns", [seen(4)], at=AT).capability_rule is CapabilityRule.UNDECIDABLE


def test_an_unknown_target_is_an_error_in_both():
    with pytest.raises(UnknownTarget):
        judge_as_refstack(ONE, "object", [], at=AT)
