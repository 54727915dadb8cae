"""Results of the same tests are judged by what did not pass, to the same bytes as by the judge."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refcheck.guideline.library import ids
from refcheck.guideline.library import load as of_library
from refcheck.guideline.model import Guideline
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.judge import judge_all
from refcheck.verdict.seen import outcomes_sha256
from refcheck.verdict.suite_judge import Other, SuiteJudge, Told
from tests.verdict.generated import documents, results
from tests.verdict.small import AT, document, load

OTHERS = [one for one in Outcome if one is not Outcome.PASSED]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def others_in(outcomes: list[TestOutcome]) -> list[Other]:
    """What did not simply pass."""
    return [
        (place, one.outcome, one.reason)
        for place, one in enumerate(outcomes)
        if one.outcome is not Outcome.PASSED or one.reason
    ]


def by_the_suite(guideline: Guideline, outcomes: list[TestOutcome], load_: object) -> list[Told]:
    """Judged by what did not simply pass, after a result in which all of it did."""
    ready = SuiteJudge(guideline, [(one.id, one.name) for one in outcomes], load_)
    ready.judge([], "0" * 64, at=AT)
    return list(ready.judge(others_in(outcomes), outcomes_sha256(outcomes), at=AT))


def by_the_judge(guideline: Guideline, outcomes: list[TestOutcome], load_: object) -> list[Told]:
    return [Told.of(one) for one in judge_all(guideline, outcomes, at=AT, load=load_).values()]


@given(documents().map(load), results)
def test_it_says_what_the_judge_says(guideline, outcomes):
    expected = by_the_judge(guideline, outcomes, None)
    assert by_the_suite(guideline, outcomes, None) == expected


@pytest.mark.parametrize("guideline_id", ids())
@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_it_says_what_the_judge_says_of_every_guideline(guideline_id, share):
    guideline, chance = of_library(guideline_id), random.Random(guideline_id)
    tests = {(t.id, t.name) for one in guideline.capabilities.values() for t in one.tests}
    outcomes = [
        TestOutcome(*test, chance.choice(OTHERS), f'answered "{chance.random()}"\n')
        if chance.random() < share
        else TestOutcome(*test, Outcome.PASSED, chance.choice(["", "in the second attempt"]))
        for test in sorted(tests)
        if chance.random() > share / 10
    ]
    expected = by_the_judge(guideline, outcomes, of_library)
    assert by_the_suite(guideline, outcomes, of_library) == expected


@settings(max_examples=20)
@given(texts.filter(bool))
def test_whatever_the_reason_is_spelled_with(reason):
    guideline = of_library("2020.06")
    test = guideline.capabilities["compute-servers-create"].tests[0]
    outcomes = [TestOutcome(test.id, test.name, Outcome.FAILED, reason)]
    expected = by_the_judge(guideline, outcomes, of_library)
    assert by_the_suite(guideline, outcomes, of_library) == expected
    assert any(b'"failed"' in one.document for one in expected)


@given(st.lists(st.builds(TestOutcome, texts, texts, st.sampled_from(Outcome), texts)))
def test_it_knows_the_digest_of_all_outcomes(several):
    outcomes = sorted(several, key=lambda one: (one.id, one.name, one.outcome, one.reason))
    ready = SuiteJudge(of_library("2020.06"), [(one.id, one.name) for one in outcomes], of_library)
    assert ready.sha256_of(others_in(outcomes)) == outcomes_sha256(outcomes)


def test_names_beyond_ascii_are_in_the_order_of_the_standard():
    names = ["\uff5e.a", "\U00010000.b"]  # UTF-16 has them the other way round
    bodies = {name: {"idempotent_id": ""} for name in names}
    guideline = load(document({"boot": bodies}, {"one": {"required": ["boot"]}}))
    outcomes = [TestOutcome("", name, Outcome.FAILED, "no") for name in names]
    assert by_the_suite(guideline, outcomes, None) == by_the_judge(guideline, outcomes, None)
