"""Outcomes that are read from their text at once are what reading them with patience gives."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from refcheck.errors import BadResult
from refcheck.result import document
from refcheck.result.document import Result, from_statement, to_statement
from refcheck.result.outcome import Attempt, Outcome, TestOutcome
from refcheck.result.usual_outcomes import REASON_LIMIT, read_usual

texts = st.text(
    st.sampled_from('az09 "\\/[]{},:\b\f\n\r\t\x00\x1f\x7fé'), max_size=6
) | st.sampled_from(["answered 500", '"}', '","reason":"', "x" * 2000])
words = st.sampled_from(Outcome)
seconds = st.sampled_from([0.0, 0.001, 1.0, 1.25, 10.0, 123456789.125, 1e-7, 0.1234567, 5e8])
attempts = st.lists(st.builds(Attempt, words, texts, seconds), min_size=2, max_size=3).map(tuple)


@st.composite
def entries(draw: st.DrawFn) -> list[TestOutcome]:
    made = []
    for number in range(draw(st.integers(0, 4))):
        tries = draw(st.just(()) | attempts)
        made.append(
            TestOutcome(
                draw(st.just(f"{number:08x}-1111-4111-8111-111111111111") | st.just("")),
                f"suite.{draw(texts)}test_{number}",
                draw(words),
                draw(texts),
                draw(seconds),
                len(tries) or draw(st.sampled_from([0, 1, 7])),
                tries,
            )
        )
    return made


def patiently(payload: bytes) -> object:
    """What comes of it when nothing is read at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "read_usual", lambda *_, **__: None)
        return read(payload)


def read(payload: bytes) -> object:
    """What is read, of which those who do not ask for times get as much."""
    try:
        found = from_statement(payload)
    except BadResult:
        found = None
    try:
        untimed = from_statement(payload, timed=False)
    except BadResult:
        untimed = None
    assert without_times(untimed) == without_times(found)
    return found


def without_times(found: Result | None) -> Result | None:
    if found is None:
        return None
    outcomes = [TestOutcome(one.id, one.name, one.outcome, one.reason) for one in found.outcomes]
    return replace(found, outcomes=tuple(outcomes))


@given(entries())
def test_both_ways_of_reading_agree(outcomes):
    payload = to_statement(replace(SAMPLE, outcomes=tuple(outcomes)))
    assert read(payload) == patiently(payload)


@given(entries(), st.randoms(use_true_random=False))
def test_both_ways_of_reading_agree_on_what_was_tampered_with(outcomes, chance: random.Random):
    payload = to_statement(replace(SAMPLE, outcomes=tuple(outcomes)))
    for _ in range(5):
        place = chance.randrange(len(payload))
        piece = bytes([chance.choice(b'0123456789.,:"\\{}[]eE-+ aAu\x00\x80')])
        kept = chance.choice([place, place + 1, place + chance.randrange(9)])
        changed = payload[:place] + chance.choice([b"", piece]) + payload[kept:]
        assert read(changed) == patiently(changed), changed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"duration":1.25', '"duration":1.250'),
        ('"duration":1.25', '"duration":1.0'),
        ('"duration":1.25', '"duration":01.25'),
        ('"duration":1.25', '"duration":125e-2'),
        ('"duration":1.25', '"duration":-0'),
        ('"duration":1.25', '"duration":"1.25"'),
        ('"duration":1.25', '"duration":0.1234567890123456789'),
        ('"attempts":3', '"attempts":03'),
        ('"attempts":3', '"attempts":3.0'),
        ('"attempts":3', '"attempts":true'),
        ('"attempts":2', '"attempts":3'),
        ('"reason":"why"', '"reason":"\\u0077hy"'),
        ('"reason":"why"', '"reason":"\\/"'),
        ('"reason":"why"', '"reason":"\\u000A"'),
        ('"reason":"why"', '"reason":"\\u000a"'),
        ('"reason":"why"', '"reason":"why","reason":"why"'),
        ('"reason":"why"', '"reason":"why","more":1'),
        ('"reason":"why"}', '"reason":"why"},'),
        ('"reason":"why"}', '"reason":"why"} '),
        ('"reason":"why"}', '"reason":"why"},{}'),
        ('"reason":"why"}', '"reason":"why"'),
        ('"outcome":"failed"', '"outcome":"Failed"'),
        ('"id":"2222', '"id":"A222'),
        ('"id":"2222', '"id":"id-2222'),
        ('"name":"b"', '"name":""'),
        ('"name":"b"', '"name":"a.b.c"'),
        ('"name":"b"', '"name":"b[id-11111111-1111-4111-8111-111111111111]"'),
        ('"outcomes":[', '"outcomes":[],"outcomes":['),
        ('"outcomes":[', '"outcomes": ['),
    ],
)
def test_both_ways_of_reading_agree_on_each_other_spelling(old, new):
    tries = (Attempt(Outcome.FAILED, "no", 0.5), Attempt(Outcome.FAILED, "no", 1.0))
    tried = replace(USUAL, outcome=Outcome.FAILED, attempts=2, tries=tries)
    last = TestOutcome(OTHER, "b", Outcome.FAILED, "why", 1.25, 3)
    text = to_statement(replace(SAMPLE, outcomes=(tried, last))).decode()
    assert old in text
    changed = text.replace(old, new).encode()
    assert read(changed) == patiently(changed)


@pytest.mark.parametrize(
    "effort",
    [
        '"attempts":1,"duration":0.50',
        '"attempts":1,"duration":.5',
        '"attempts":1,"duration":0.5\n1,"duration":0.5',
        '"attempts":1,"duration":0.5,"duration":0.5',
        '"attempts":01,"duration":0.5',
        '"attempts":1 ,"duration":0.5',
        '"attempts":"1","duration":0.5',
        '"attempts":1,"duration":-1.5',
        '"attempts":1',
        '"attempts":',
        '"attempts":{',
    ],
)
def test_what_a_test_that_passed_took_is_looked_at_each_time(effort):
    """Also where all else about it is known from runs before."""
    text = to_statement(replace(SAMPLE, outcomes=(replace(USUAL, duration=0.5),))).decode()
    usual = '"attempts":1,"duration":0.5'
    assert usual in text
    assert read(text.encode()) is not None
    changed = text.replace(usual, effort).encode()
    assert read(changed) == patiently(changed)


def test_a_run_of_tests_that_were_tried_again_is_read_at_once():
    tries = (Attempt(Outcome.FAILED, 'it said "no"\n', 0.5), Attempt(Outcome.PASSED, "", 1.0))
    flaky = replace(USUAL, outcome=Outcome.FLAKY, attempts=2, tries=tries)
    payload = to_statement(replace(SAMPLE, outcomes=(flaky, replace(USUAL, id=OTHER, name="b"))))
    found = read_usual(payload)
    assert found is not None
    assert found.outcomes[0] == flaky
    assert from_statement(payload).outcomes == found.outcomes


@pytest.mark.parametrize(
    "facts",
    [
        {"outcomes": "mine"},
        {"outcomes": None},
        {"outcomes": [{"name": "not mine"}]},
        {"a": "the outcomes, read by themselves", "outcomes": "the outcomes, read by themselves"},
    ],
)
def test_a_list_of_the_same_name_elsewhere_is_not_taken_for_the_runs(facts):
    """Wherever it stands: a fact comes before the outcomes, the run after them."""
    statement = json.loads(to_statement(replace(SAMPLE, outcomes=(USUAL,))))
    theirs = statement["predicate"]["outcomes"]
    others = [{**theirs[0], "id": OTHER, "name": "other"}]
    for place in ("facts", "run"):
        made = json.loads(json.dumps(statement))
        made["predicate"][place] |= {**facts, "outcomes": others}
        assert from_statement(rfc8785.dumps(made)).outcomes == (USUAL,)
        made["predicate"]["outcomes"] = []
        assert from_statement(rfc8785.dumps(made)).outcomes == ()


def test_a_reason_beyond_the_limit_is_cut_as_ever():
    statement = json.loads(to_statement(replace(SAMPLE, outcomes=(USUAL,))))
    statement["predicate"]["outcomes"][0]["reason"] = "x" * (REASON_LIMIT + 1)
    (found,) = from_statement(rfc8785.dumps(statement)).outcomes
    assert found.reason == "x" * REASON_LIMIT


OTHER = "22222222-2222-4222-8222-222222222222"
USUAL = TestOutcome("11111111-1111-4111-8111-111111111111", "a.b.c", Outcome.PASSED, "", 0.25)
SAMPLE = document.Result(
    run_id="run",
    cloud="a" * 64,
    deployment="b" * 64,
    guideline_id="2020.06",
    guideline_sha256="c" * 64,
    target="platform",
    started="2026-11-20T12:00:00Z",
    ended="2026-11-20T12:01:00Z",
    complete=True,
    tool_version="0.1.0",
    suite_sha256="d" * 64,
    outcomes=(USUAL,),
)


@given(entries())
def test_who_asks_for_no_times_is_told_all_else(made):
    result = replace(SAMPLE, outcomes=tuple(made))
    payload = to_statement(result)
    try:
        timed = from_statement(payload)
    except BadResult:
        return
    untimed = from_statement(payload, timed=False)
    assert [(one.id, one.name, one.outcome, one.reason, one.tries) for one in untimed.outcomes] == [
        (one.id, one.name, one.outcome, one.reason, one.tries) for one in timed.outcomes
    ]
    assert replace(untimed, outcomes=()) == replace(timed, outcomes=())
