"""Every built-in guideline and target, judged by two judges that were written apart."""

from __future__ import annotations

from dataclasses import astuple
from functools import cache

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refcheck.guideline.library import folder, ids, load
from refcheck.guideline.model import Guideline
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.judge import judge
from refcheck.verdict.refstack import judge_as_refstack
from refcheck.verdict.verdict import CapabilityRule, Verdict
from tests.verdict.refstack_page import page
from tests.verdict.second_scorer import score
from tests.verdict.small import AT

PROGRAMS = [
    (guideline_id, target) for guideline_id in ids() for target in load(guideline_id).programs
]
FORMS = {
    "both": lambda test: (test.id, test.name),
    "id": lambda test: (test.id, "") if test.id else ("", test.name),
    "name": lambda test: ("", test.name),
    "alias": lambda test: ("", test.aliases[0] if test.aliases else test.name),
    "suffix": lambda test: ("", f"{test.name}[id-{test.id},smoke]" if test.id else test.name),
    "renamed": lambda test: (test.id, "somewhere.else.test_it"),
    "strange id": lambda test: ("00000000-0000-4000-8000-000000000000", test.name),
}


@cache
def raw(guideline_id: str) -> dict:
    text = (folder() / f"{guideline_id}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


@cache
def at_hand(guideline_id: str) -> tuple:
    """The tests of a guideline and of what it stands on."""
    one = load(guideline_id)
    homes = {
        ref.guideline_id: None for program in one.programs.values() for ref in program.prerequisites
    }
    return tuple(
        test
        for home in (one, *map(load, homes))
        for capability in home.capabilities.values()
        for test in capability.tests
    )


def entry(test, form: str, outcome: Outcome = Outcome.PASSED) -> TestOutcome:
    return TestOutcome(*FORMS[form](test), outcome)


def counts(verdict: Verdict) -> dict[str, tuple]:
    return {status.value: astuple(one) for status, one in verdict.counts.items()}


def assert_both_agree(guideline: Guideline, target: str, outcomes: list[TestOutcome]) -> None:
    verdict = judge(guideline, target, outcomes, at=AT, load=load)
    entries = [(one.id, one.name, one.outcome.value) for one in outcomes]
    holds, counted = score(raw(guideline.id), target, entries, raw)
    assert (verdict.capability_rule is CapabilityRule.HELD) == holds
    assert counts(verdict) == counted


def assert_refstack_s_page_agrees(
    guideline: Guideline, target: str, outcomes: list[TestOutcome]
) -> None:
    verdict = judge_as_refstack(guideline, target, outcomes, at=AT)
    passed = {one.name for one in outcomes if one.outcome is Outcome.PASSED}
    assert (verdict.qualifies, counts(verdict)) == page(raw(guideline.id), target, passed)


@pytest.mark.parametrize(("guideline_id", "target"), PROGRAMS)
def test_judges_agree_on_none_all_and_unflagged_in_every_form(guideline_id, target):
    guideline, tests = load(guideline_id), at_hand(guideline_id)
    unflagged = [test for test in tests if not test.flag]
    for form in FORMS:
        for chosen in ([], tests, unflagged, unflagged[1:]):
            outcomes = [entry(test, form) for test in chosen]
            assert_both_agree(guideline, target, outcomes)
            assert_refstack_s_page_agrees(guideline, target, outcomes)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PROGRAMS), st.randoms(use_true_random=False), st.floats(0, 1))
def test_judges_agree_on_random_results(program, random, share):
    guideline_id, target = program
    outcomes = []
    for test in at_hand(guideline_id):
        if random.random() < share:
            kind = random.choice([Outcome.PASSED] * 9 + list(Outcome))
            outcomes.append(entry(test, random.choice(list(FORMS)), kind))
    assert_both_agree(load(guideline_id), target, outcomes)
    assert_refstack_s_page_agrees(load(guideline_id), target, outcomes)


COUNTS = """
2015.03 127/118 112/103 15/15
2015.04 127/76 112/64 15/12
2015.05 128/95 113/82 15/13
2015.07 129/98 114/85 17/15
2016.01 124/96 111/83 14/14
2016.08 228/211 215/198 14/14
2017.01 262/229 214/199 49/31
2017.09 259/230 208/195 52/36
2018.02 337/317 285/265 53/53
2018.11 283/272 225/214 59/59
2019.06 286/275 228/217 60/60
2019.11 286/275 228/217 60/60
2020.06 286/275 228/217 60/60
next 283/272 225/214 59/59
"""
"""Required tests / those not flagged of platform, compute, object, by RefStack's own program."""


@pytest.mark.parametrize("line", COUNTS.strip().splitlines())
def test_the_counts_are_those_that_refstack_itself_shows(line):
    guideline_id, *cells = line.split()
    for target, cell in zip(("platform", "compute", "object"), cells, strict=True):
        tests, unflagged = map(int, cell.split("/"))
        one = load(guideline_id)
        passes = [entry(test, "name") for test in at_hand(guideline_id) if not test.flag]
        verdict = judge_as_refstack(one, target, passes, at=AT)
        told = counts(verdict)["required"]
        assert verdict.qualifies
        assert (told[0], told[0] - told[2] - told[3]) == (tests, unflagged)


@pytest.mark.parametrize(
    ("addon", "tests"),
    [
        *((f"dns.{edition}", 10) for edition in ("2018.02", "2018.11", "2019.06", "2020.06")),
        ("dns.next", 0),
        ("orchestration.2018.02", 39),
        ("orchestration.2020.06", 60),
        ("orchestration.next", 0),
    ],
)
def test_an_add_on_that_requires_nothing_is_a_yes_there_and_a_no_here(addon, tests):
    target = addon.partition(".")[0]
    verdict = judge_as_refstack(load(addon), target, [], at=AT)
    assert counts(verdict)["required"][0] == tests
    assert verdict.qualifies == (tests == 0)
    assert judge(load(addon), target, [], at=AT, load=load).capability_rule is not (
        CapabilityRule.HELD
    )
