"""A verdict can be judged again from its document, and any change is found."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.code.evidence import CodeEvidence, SectionEvidence, SectionState
from refcheck.errors import BadInput
from refcheck.guideline.library import load
from refcheck.result.outcome import Outcome
from refcheck.verdict.judge import judge
from refcheck.verdict.refstack import judge_as_refstack
from refcheck.verdict.replay import differences, read_verdict, replay
from refcheck.verdict.seen import outcomes_sha256
from refcheck.verdict.waiver import Waiver
from tests.verdict.generated import documents, results
from tests.verdict.small import AT, all_passed, seen
from tests.verdict.small import load as load_tree

NEXT_STEP = "Give the verdict.json of `refcheck run`, or a line of `refcheck judge --json`."
ONE = load("2020.06")
FIRST = ONE.capabilities["compute-flavors-list"].tests[0]
OUTCOMES = [
    replace(each, outcome=Outcome.EXTRA, reason="a key too many") if each.id == FIRST.id else each
    for each in all_passed(ONE)
]
CODE = CodeEvidence(
    [
        SectionEvidence("nova", "compute", SectionState.PATCHED, "I123", "2 files"),
        SectionEvidence("glance", "api", SectionState.IDENTICAL),
    ]
)
WAIVER = Waiver(
    guideline="2020.06",
    product="Cloud 9",
    capability="",
    test=FIRST.id,
    reason="said in confidence",
    public="extra keys",
    approver="staff",
    expires=AT + timedelta(days=1),
)
EXPIRED = replace(WAIVER, capability="compute-servers-create", test="", expires=AT)


def full():
    return judge(
        ONE,
        "platform",
        OUTCOMES,
        at=AT,
        code=CODE,
        waivers=[WAIVER, EXPIRED, replace(WAIVER, product="theirs")],
        product="Cloud 9",
        load=load,
    )


def again(document: bytes, outcomes=OUTCOMES, guideline=ONE) -> tuple[str, ...]:
    recorded = read_verdict(document, where="x")
    return differences(recorded, replay(recorded, guideline, outcomes, load=load))


def test_a_verdict_with_code_and_waivers_comes_out_equal():
    verdict = full()
    assert verdict.waived
    assert again(verdict.canonical()) == ()


def test_the_inputs_are_named_without_what_is_not_public():
    inputs = full().to_json()["inputs"]
    assert [one["capability"] for one in inputs["waivers"]] == ["", "compute-servers-create"]
    assert [one["project"] for one in inputs["code"]] == ["glance", "nova"]
    assert inputs["product"] == "Cloud 9"
    assert "confidence" not in full().canonical().decode()


def test_an_add_on_and_refstack_s_arithmetic_come_out_equal():
    addon = load("dns.2020.06")
    verdict = judge(addon, "dns", OUTCOMES, at=AT, load=load)
    assert again(verdict.canonical(), guideline=addon) == ()
    assert again(judge_as_refstack(ONE, "object", OUTCOMES, at=AT).canonical()) == ()


@given(documents(), st.sampled_from(["platform", "compute"]), results)
def test_any_verdict_comes_out_equal(document, target, outcomes):
    one = load_tree(document)
    verdict = judge(one, target, outcomes, at=AT)
    assert again(verdict.canonical(), outcomes, one) == ()


def test_other_outcomes_are_found():
    found = again(full().canonical(), OUTCOMES[1:])
    assert any(line.startswith("$.inputs.outcomes.sha256 is ") for line in found)
    assert any(line.startswith("$.entries.given is 289 in the document, 288") for line in found)


def changed(path: str, value: object) -> bytes:
    document = full().to_json()
    node = document
    *steps, last = path.split(".")
    for step in steps:
        node = node[int(step) if step.isdigit() else step]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("qualifies", True, "$.qualifies is true in the document, false judged again"),
        ("entries.given", 1, "$.entries.given is 1 in the document, 289 judged again"),
        ("blockers", [], "$.blockers is a list of 0 in the document, a list of "),
        ("more", 1, "$.more is only in the document"),
        ("engine", "other/1", '$.engine is "other/1" in the document, "refcheck-judge/2"'),
        ("guideline.sha256", "0", '$.guideline.sha256 is "0" in the document'),
        ("entries", 0, "$.entries is 0 in the document, {"),
    ],
)
def test_whatever_was_changed_in_the_document_is_found(path, value, told):
    found = again(changed(path, value))
    assert len(found) == 1
    assert found[0].startswith(told)


def test_a_member_that_was_taken_out_is_found():
    document = full().to_json()
    del document["counts"]
    assert again(json.dumps(document).encode()) == ("$.counts is missing in the document",)


def test_one_outcome_among_many_is_found_with_its_path():
    document = full().to_json()
    document["blockers"][0]["outcome"] = "identical"
    found = again(json.dumps(document).encode())
    assert [line.split(" is ")[0] for line in found] == ["$.blockers[0].outcome"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"{", "is not one JSON document"),
        (b"[" * 100_000, "is not one JSON document"),
        (b"[]", '$ [] is not of type "object"'),
        (b"{}", '$ "guideline" is a required property'),
        (changed("target", 7), '$.target 7 is not of type "string"'),
        (changed("rules", "mine"), '$.rules "mine" is not one of'),
        (changed("judged_at", "noon"), "$.judged_at is 'noon', not a time"),
        (changed("judged_at", "2026-11-20T12:00:00"), "a time without its zone"),
        (changed("inputs.code", [{}]), '$.inputs.code[0] "project" is a required property'),
        (changed("inputs.waivers", [7]), '$.inputs.waivers[0] 7 is not of type "object"'),
        (changed("inputs.product", 7), "$.inputs.product 7 is not of type"),
    ],
    ids=range(11),
)
def test_what_is_no_verdict_is_refused_with_its_path(data, told):
    with pytest.raises(BadInput) as caught:
        read_verdict(data, where="verdict.json")
    assert told in str(caught.value)
    assert caught.value.where == "verdict.json"
    assert caught.value.next_step == NEXT_STEP


READ = [
    *("guideline", "guideline.id", "guideline.sha256", "target", "rules", "judged_at", "engine"),
    *("inputs", "inputs.outcomes", "inputs.outcomes.sha256", "inputs.product"),
    *("inputs.code", *(f"inputs.code.0.{field}" for field in asdict(CODE.statements[0]))),
    *("inputs.waivers", *(f"inputs.waivers.0.{field}" for field in asdict(WAIVER))),
]
READ.remove("inputs.waivers.0.reason")  # not public: no document has it


@pytest.mark.parametrize("path", READ)
def test_every_member_that_is_read_must_be_there_and_of_its_type(path):
    shown = path.replace(".0", "[0]")
    parent, _, last = f"$.{shown}".rpartition(".")
    with pytest.raises(BadInput) as caught:
        read_verdict(changed(path, ...), where="x")
    assert caught.value.fault == f'{parent} "{last}" is a required property'
    for value in (7, {"a": []}):
        with pytest.raises(BadInput) as caught:
            read_verdict(changed(path, value), where="x")
        assert caught.value.fault.startswith(f"$.{shown}")


def test_a_waiver_in_a_document_is_checked_as_any_other():
    waivers = full().to_json()["inputs"]["waivers"]
    waivers[0]["expires"] = "soon"
    with pytest.raises(BadInput, match=r"\$.inputs.waivers is 'soon', not a time") as caught:
        read_verdict(changed("inputs.waivers", waivers), where="x")
    assert caught.value.where == "x"
    assert caught.value.next_step == NEXT_STEP


def test_long_values_and_long_faults_are_cut():
    (line,) = again(changed("title", "x" * 200))
    assert line.startswith(f'$.title is "{"x" * 99} in the document, ')
    with pytest.raises(BadInput) as caught:
        read_verdict(changed("rules", "x" * 300), where="x")
    assert caught.value.fault == f'$.rules "{"x" * 199}'


def test_what_was_judged_is_read_from_the_document():
    recorded = read_verdict(full().canonical(), where="x")
    assert (recorded.guideline_id, recorded.guideline_sha256) == ("2020.06", ONE.sha256)
    assert recorded.outcomes_sha256 == outcomes_sha256(OUTCOMES)
    assert (recorded.target, recorded.judged_at, recorded.product) == ("platform", AT, "Cloud 9")
    assert recorded.waivers == (replace(WAIVER, reason=""), replace(EXPIRED, reason=""))


def test_the_digest_of_outcomes_sees_what_the_judge_sees_and_no_order():
    one, other = seen(1), seen(2, Outcome.FAILED, "why")
    digest = outcomes_sha256([one, other])
    assert outcomes_sha256([other, one]) == digest
    assert outcomes_sha256([replace(one, duration=9.0, attempts=3), other]) == digest
    for change in ({"id": "x"}, {"name": "x"}, {"outcome": Outcome.EXTRA}, {"reason": "x"}):
        assert outcomes_sha256([one, replace(other, **change)]) != digest
    assert outcomes_sha256([]) == (
        "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
    )
