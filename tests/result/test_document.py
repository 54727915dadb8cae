"""The result document keeps everything and refuses what it cannot understand."""

import json
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from refcheck.errors import BadResult
from refcheck.result import document
from refcheck.result.document import from_statement, to_statement
from refcheck.result.outcome import Attempt, Outcome


def test_a_result_survives_writing_and_reading(result):
    assert from_statement(to_statement(result)) == result


def test_every_attempt_is_kept(result):
    tries = (Attempt(Outcome.FAILED, "GET answered 500", 0.5), Attempt(Outcome.PASSED, "", 1.0))
    (first, *others) = result.outcomes
    first = replace(first, outcome=Outcome.FLAKY, attempts=2, tries=tries)
    flaky = replace(result, outcomes=(first, *others))
    assert from_statement(to_statement(flaky)).outcomes[0].tries == tries


def test_the_same_result_gives_the_same_bytes(result):
    assert to_statement(result) == to_statement(from_statement(to_statement(result)))


def at(path, value):
    """A change of the statement: the value at a path, or its removal."""

    def change(statement):
        *parents, last = path
        place = statement
        for step in parents:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (at(["_type"], "other"), "$._type"),
        (at(["predicateType"], "other"), "$.predicateType"),
        (at(["predicate"], None), "$.predicate"),
        (at(["subject"], []), "$.subject"),
        (at(["subject", 0, "digest", "sha256"], "XYZ"), "$.subject[0].digest.sha256"),
        (at(["predicate", "run", "complete"], "yes"), "$.predicate.run.complete"),
        (at(["predicate", "guideline", "id"], 2020.06), "$.predicate.guideline.id"),
        (at(["predicate", "target"], None), "$.predicate.target"),
        (at(["predicate", "outcomes"], {}), "$.predicate.outcomes"),
        (at(["predicate", "outcomes", 0, "outcome"], "ok"), "$.predicate.outcomes[0].outcome"),
        (at(["predicate", "outcomes", 1, "name"], ""), "$.predicate.outcomes[1]"),
        (at(["predicate", "outcomes", 1, "id"], "ID-1"), "$.predicate.outcomes[1].id"),
        (
            at(
                ["predicate", "outcomes", 1, "name"],
                "a.b.d[id-11111111-1111-4111-8111-111111111111]",
            ),
            "$.predicate.outcomes[1].name",
        ),
        (at(["predicate", "outcomes", 1, "name"], "a.b.c"), "$.predicate.outcomes[1]"),
        (at(["predicate", "outcomes", 0, "duration"], -1), "$.predicate.outcomes[0].duration"),
        (at(["predicate", "outcomes", 0, "attempts"], True), "$.predicate.outcomes[0].attempts"),
        (at(["predicate", "outcomes", 0, "tries"], [{}, {}]), "$.predicate.outcomes[0].tries"),
        (at(["predicate", "outcomes", 0, "tries"], [7]), "$.predicate.outcomes[0].tries[0]"),
        (
            at(["predicate", "outcomes", 0, "tries"], [{"outcome": "good"}]),
            "$.predicate.outcomes[0].tries[0].outcome",
        ),
        (at(["predicate", "outcomes", 0, "reason"], 7), "$.predicate.outcomes[0].reason"),
    ],
)
def test_a_fault_is_named_with_its_path(result, change, path):
    statement = json.loads(to_statement(result))
    change(statement)
    with pytest.raises(BadResult) as caught:
        from_statement(rfc8785.dumps(statement))
    assert caught.value.fault.startswith(path)


def test_a_test_that_appears_twice_is_refused(result):
    statement = json.loads(to_statement(result))
    statement["predicate"]["outcomes"].append(statement["predicate"]["outcomes"][0])
    with pytest.raises(BadResult, match="repeats test"):
        from_statement(rfc8785.dumps(statement))


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_json_value_breaks_the_reader(value):
    with pytest.raises(BadResult):
        from_statement(json.dumps(value).encode())


def test_deep_nesting_is_refused():
    with pytest.raises(BadResult):
        from_statement(b"[" * 100_000)


@pytest.mark.parametrize(
    "spelling",
    [
        lambda payload: payload.replace(
            b'"outcome":"failed"', b'"outcome":"failed","outcome":"passed"'
        ),
        lambda payload: b" " + payload,
        lambda payload: payload.decode().encode("utf-16"),
        lambda payload: payload.replace(b"0.25", b"0.250"),
    ],
)
def test_one_statement_has_one_spelling(result, spelling):
    with pytest.raises(BadResult, match=r"canonical|not JSON"):
        from_statement(spelling(to_statement(result)))


def test_a_subject_that_appears_twice_is_refused(result):
    statement = json.loads(to_statement(result))
    statement["subject"].append({"name": "cloud", "digest": {"sha256": "f" * 64}})
    with pytest.raises(BadResult, match="repeats the subject"):
        from_statement(rfc8785.dumps(statement))


def test_only_definite_outcomes_are_a_no():
    assert {outcome for outcome in Outcome if outcome.is_definite_no} == {
        Outcome.FAILED,
        Outcome.EXTRA,
        Outcome.ABSENT,
        Outcome.FLAKY,
    }


@example(value=float("inf"), sort=False)
@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    st.booleans(),
)
def test_what_is_plainly_canonical_is_canonical(value, sort):
    payload = json.dumps(
        {"statement": value}, sort_keys=sort, separators=(",", ":"), ensure_ascii=False
    )
    data = payload.encode("utf-8", "surrogatepass")
    if document._plainly_canonical(json.loads(payload), data):
        assert rfc8785.dumps(json.loads(payload)) == data


def test_infinity_is_refused(result):
    payload = to_statement(result).replace(b'"duration":0.25', b'"duration":Infinity')
    with pytest.raises(BadResult):
        from_statement(payload)
    payload = to_statement(result).replace(b'"facts":{', b'"facts":{"a":Infinity,')
    with pytest.raises(BadResult, match="canonical"):
        from_statement(payload)


def test_half_a_character_is_refused(result):
    payload = to_statement(result).replace(b"expected 200", b"expected \\ud800")
    with pytest.raises(BadResult, match="canonical"):
        from_statement(payload)
