"""Envelopes, verdicts and outcomes are kept small and come back as they were."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refcheck_server.results.models import Judgement, StoredResult
from refcheck_server.results.suites import (
    outcomes_of,
    pack_alone,
    pack_outcomes,
    text_of_tests,
)
from refcheck_server.results.suites import (
    tests_of as read_tests,
)
from sqlalchemy import func, select

from refcheck.guideline.library import load
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.result.signing import PAYLOAD_TYPE
from refcheck.verdict.judge import judge_all
from refcheck.verdict.seen import outcomes_sha256
from tests.server import samples
from tests.server.conftest import NOW


def spread(test):
    """Outcomes as in a real run: one in seven not passed, durations all different."""
    made = samples.mixed(test)
    return replace(made, duration=round(random.Random(test.name).expovariate(0.3), 3))


def test_a_result_of_a_whole_run_is_kept_in_less_than_five_kilobytes(registry):
    registry.submit(samples.result(spread))
    with registry.session() as session:
        kept = session.scalar(
            select(func.length(StoredResult.packed_envelope) + func.length(StoredResult.outcomes))
        ) + session.scalar(select(func.length(Judgement.documents)))
    assert kept < 5000


def spellings(body: bytes) -> dict[str, bytes]:
    envelope = json.loads(body)
    payload = base64.b64decode(envelope["payload"])
    url_safe = base64.urlsafe_b64encode(payload).decode()
    return {
        "as it is": body,
        "with spaces around": b"  " + body + b"\n\n",
        "indented": json.dumps(envelope, indent=2).encode(),
        "in another order": json.dumps(dict(reversed(envelope.items()))).encode(),
        "with a member more": json.dumps({**envelope, "note": "x"}).encode(),
        "with the payload's slashes escaped": body.replace(b"/", b"\\/"),
        "url-safe": json.dumps({**envelope, "payload": url_safe}).encode(),
        "with the payload twice": json.dumps({"a": envelope["payload"], **envelope}).encode(),
    }


def test_an_envelope_comes_back_byte_for_byte_however_it_is_spelled(registry):
    body = samples.envelope(
        samples.result(spread, facts={"ü": "€ \u2028"}), registry.example.signer
    )
    wrong = []
    for number, name in enumerate(spellings(body)):
        made = samples.result(spread, facts={"ü": "€"}, run_id=f"run {number}")
        sent = spellings(samples.envelope(made, registry.example.signer))[name]
        answer = registry.send(sent)
        if answer.status_code != 201:
            wrong.append((name, answer.text))
            continue
        result_id = answer.get_json()["id"]
        if registry.client.get(f"/api/v1/results/{result_id}/envelope").data != sent:
            wrong.append((name, "differs"))
    assert not [one for one in wrong if one[0] != "url-safe" or "BadResult" in one[1]], wrong
    assert json.loads(body)["payloadType"] == PAYLOAD_TYPE


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
outcomes = st.lists(
    st.builds(TestOutcome, texts, texts, st.sampled_from(Outcome), texts, st.just(0.0)),
    max_size=12,
    unique_by=lambda one: (one.id, one.name),
)


@given(outcomes)
def test_outcomes_come_back_as_the_judge_sees_them(made):
    packed = pack_outcomes(made)
    digest = outcomes_sha256(made)
    again = outcomes_of(packed.tests, packed.outcomes, digest)
    assert outcomes_sha256(again) == digest
    assert again.sha256 == digest
    assert read_tests(pack_alone(text_of_tests(packed.tests))) == list(packed.tests)


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_what_is_kept_is_judged_as_what_came_in(chance: random.Random):
    others = chance.random() / 2
    made = [
        TestOutcome(test.id, test.name, chance.choice(list(Outcome)), chance.choice(["", "why"]))
        if chance.random() < others
        else samples.passed(test)
        for test in samples.tests_of("2020.06")
        if chance.random() < 0.98
    ]
    packed = pack_outcomes(made)
    kept = outcomes_of(packed.tests, packed.outcomes, outcomes_sha256(made))
    for guideline_id in ("2020.06", "2019.11"):
        guideline = load(guideline_id)
        came_in, again = (
            [one.canonical() for one in judge_all(guideline, each, at=NOW, load=load).values()]
            for each in (made, kept)
        )
        assert again == came_in


def test_runs_with_the_same_tests_share_a_suite_whatever_their_order(registry):
    made = samples.result(spread)
    registry.submit(made)
    registry.submit(replace(made, run_id="shuffled", outcomes=tuple(reversed(made.outcomes))))
    with registry.session() as session:
        suites = session.scalars(select(StoredResult.suite_id)).all()
    assert suites == [1, 1]


@pytest.mark.parametrize("outcome", Outcome)
def test_the_number_of_an_outcome_is_for_ever(outcome):
    """What is stored is read by these numbers."""
    numbers = {
        "passed": 0, "failed": 2, "extra": 4, "absent": 6, "error": 8, "undecided": 10, "flaky": 12,
    }  # fmt: skip
    packed = pack_outcomes([TestOutcome("", "a.b", outcome)])
    assert packed.outcomes == pack_alone(bytes([numbers[outcome]]) + b"[]")
