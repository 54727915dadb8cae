"""What a verdict says in sentences."""

from __future__ import annotations

import pytest

from refcheck.code.evidence import CodeEvidence, SectionEvidence, SectionState
from refcheck.result.outcome import Outcome
from refcheck.verdict.explain import by_capability, conclusion, explain, steps
from refcheck.verdict.judge import judge
from tests.verdict.small import AT, case, guideline, seen

NOVA = {"c": ["nova"]}
ONE = guideline(
    {"boot": case(1) | case(2), "stop": case(2)},
    {"c": {"required": ["boot", "stop"]}},
    designated=NOVA,
)
CODE = CodeEvidence([SectionEvidence("nova", "everything else", SectionState.IDENTICAL)])


def judged(*outcomes, code=CODE, one=ONE):
    return judge(one, "platform", outcomes, at=AT, code=code)


def test_a_yes_is_one_sentence_and_needs_nothing():
    verdict = judged(seen(1), seen(2))
    assert explain(verdict) == ("Qualifies for 2030.01 OpenStack Powered Platform.",)
    assert steps(verdict) == ()


def test_a_no_counts_each_test_once_and_names_its_capabilities():
    verdict = judged(seen(1), seen(2, Outcome.FAILED, "503 from nova"))
    assert explain(verdict) == (
        "Does not qualify for 2030.01 OpenStack Powered Platform.",
        "To qualify, 1 failed test: make it pass (boot, stop).",
    )
    assert steps(verdict) == ("suite.test_2: make it pass (503 from nova)",)
    assert list(by_capability(verdict.blockers)) == ["boot", "stop"]


def test_capabilities_held_with_code_not_shown_says_exactly_that():
    verdict = judged(seen(1), seen(2), code=None)
    held = "Every capability of 2030.01 OpenStack Powered Platform holds"
    assert explain(verdict) == (
        f"{held}; that the designated code runs is not shown.",
        "To qualify, show that 1 designated section runs (nova: everything else).",
    )
    assert steps(verdict) == (
        "nova: everything else: show that it runs (there is no evidence about this code)",
    )


def test_replaced_code_is_told():
    code = CodeEvidence([SectionEvidence("nova", "everything else", SectionState.REPLACED)])
    assert "not all the designated code runs" in explain(judged(seen(1), seen(2), code=code))[0]


def test_undecided_is_told_apart_from_a_no():
    assert explain(judged(seen(1)))[0].startswith("Undecided for 2030.01")


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.PASSED])
def test_every_outcome_has_its_own_step(outcome):
    told = [steps(judged(seen(1), seen(2, o)))[0] for o in Outcome if o is not Outcome.PASSED]
    assert len(set(told)) == len(told)
    assert f"1 {outcome.value} test" in explain(judged(seen(1), seen(2, outcome)))[1]


def test_many_capabilities_are_counted_not_listed():
    names = [f"capability-{n}" for n in range(8)]
    one = guideline({name: case(1) for name in names}, {"c": {"required": names}})
    assert "capability-4 and 3 more)" in explain(judged(one=one))[1]


def test_a_target_with_nothing_to_hold_says_so():
    one = guideline({"boot": case(1)}, {"c": {"advisory": ["boot"]}})
    assert explain(judged(one=one))[1].startswith("To qualify, choose another target: no required")


def test_a_reconstructed_guideline_is_named_as_such():
    one = guideline({"boot": case(1)}, {"c": {"required": ["boot"]}}, status="reconstructed")
    assert "(reconstructed guideline)" in explain(judged(seen(1), one=one))[0]


@pytest.mark.parametrize(
    ("status", "told"), [("approved", ""), ("superseded", ""), ("draft", " (draft guideline)")]
)
def test_only_a_guideline_that_was_never_approved_is_named_as_what_it_is(status, told):
    one = guideline({"boot": case(1)}, {"c": {"required": ["boot"]}}, status=status)
    verdict = judge(one, "platform", [seen(1)], at=AT)
    assert conclusion(verdict) == f"Qualifies for 2030.01 OpenStack Powered Platform{told}."
