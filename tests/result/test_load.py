"""Any result file: which form it has, and what it holds."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.errors import BadResult, BadSignature, ExitCode
from refcheck.result.document import Result, to_statement
from refcheck.result.load import Form, load, load_file
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.result.signing import SIZE_LIMIT, load_signer, sign

ID = "4a4735a7-f22f-49b6-b0d9-66e1ef7453eb"


@pytest.fixture
def envelope(result: Result, private_key: Path) -> bytes:
    return sign(to_statement(result), load_signer(private_key))


def test_our_own_document_comes_with_its_result_and_envelope(envelope, result):
    loaded = load(envelope, where="result.json")
    assert loaded.form is Form.SIGNED
    assert loaded.result == result
    assert loaded.outcomes == result.outcomes
    assert loaded.envelope.signatures


@pytest.mark.parametrize("uuid", [ID, f"id-{ID}", ID.upper()])
def test_refstack_json_holds_passes(uuid):
    data = json.dumps(
        {"cpid": "x", "duration_seconds": 3, "results": [{"name": "a.b", "uuid": uuid}]}
    )
    loaded = load(data.encode(), where="x")
    assert loaded.form is Form.REFSTACK
    assert loaded.outcomes == (TestOutcome(ID, "a.b", Outcome.PASSED),)


def test_refstack_json_may_lack_ids_or_hold_plain_names():
    data = {
        "results": [
            {"name": "a.b"},
            {"name": "a.c", "uuid": ""},
            "a.d",
            {"name": "a.e", "uuid": None},
        ]
    }
    loaded = load(json.dumps(data).encode(), where="x")
    assert [(one.id, one.name) for one in loaded.outcomes] == [
        ("", "a.b"),
        ("", "a.c"),
        ("", "a.d"),
        ("", "a.e"),
    ]


def test_a_plain_list_holds_names_ids_and_comments():
    text = f"# passed\n\na.b\n  a.c[id-{ID},smoke]  # why\nid-{ID}\n{ID}\r\na.d(scenario 1)\n"
    loaded = load(("\ufeff" + text).encode(), where="x")
    assert loaded.form is Form.PLAIN
    assert [(one.id, one.name) for one in loaded.outcomes] == [
        ("", "a.b"),
        (ID, f"a.c[id-{ID},smoke]"),
        (ID, ""),
        (ID, ""),
        ("", "a.d(scenario 1)"),
    ]
    assert all(one.outcome is Outcome.PASSED for one in loaded.outcomes)


def refused(data: bytes) -> str:
    start = time.monotonic()
    with pytest.raises(BadResult) as caught:
        load(data, where="file")
    assert time.monotonic() - start < 5
    assert caught.value.exit_code is ExitCode.WRONG_USE
    assert caught.value.where == "file"
    assert caught.value.next_step
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"<testsuite/>", "is XML without any <testcase>"),
        (b"[]", "begins with '['"),
        (b"{", "not JSON, perhaps truncated"),
        (b'{"a":' * 100_000, "not JSON, perhaps truncated"),
        (b"{}", "has neither 'payload'"),
        (b'{"results": {}}', "$.results is not a list"),
        (b'{"results": [3]}', "$.results[0] is neither"),
        (b'{"results": [{"uuid": "x"}]}', "$.results[0].name is missing"),
        (b'{"results": [{"name": ""}]}', "$.results[0].name is missing"),
        (b'{"results": ["a.b", {"name": 7}]}', "$.results[1].name is missing"),
        (b'{"results": [{"name": "a\\u0000b"}]}', "$.results[0].name is missing"),
        (b'{"results": [{"name": "a.b", "uuid": "7"}]}', "$.results[0].uuid is '7', not a UUID"),
        (b'{"results": [{"name": "a.b", "uuid": 7}]}', "$.results[0].uuid is '7', not a UUID"),
        (json.dumps({"results": ["a." + "x" * 10_000]}).encode(), "$.results[0].name is missing"),
        (b"# nothing\n", "lists no test"),
        (b"a.b\nhello\n", "line 2 is 'hello'"),
        (b"a b.c\n", "line 1 is 'a b.c'"),
        (b"a.b\x00\n", "line 1 is"),
        (b"a." + b"x" * 10_000, "line 1 is"),
        (b"x" * (SIZE_LIMIT + 1), "is larger than"),
        (b'{"payload": 1}', "is not a DSSE envelope"),
    ],
    ids=range(24),
)
def test_what_is_no_result_is_refused(data, told):
    assert told in refused(data)


def test_a_truncated_envelope_is_refused(envelope):
    assert "truncated" in refused(envelope[: len(envelope) // 2])


def test_an_unsigned_statement_is_refused_as_unsigned():
    with pytest.raises(BadSignature, match="not signed"):
        load(b'{"_type": "https://in-toto.io/Statement/v1"}', where="x")


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(BadResult, match="cannot be read"):
        load_file(tmp_path / "missing.json")


def test_of_a_huge_file_no_more_is_read_than_the_limit(tmp_path: Path):
    file = tmp_path / "huge"
    with file.open("wb") as out:
        out.truncate(50_000_000_000)
    with pytest.raises(BadResult, match="is larger than"):
        load_file(file)


@given(
    st.binary(max_size=100)
    | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused_and_never_break_the_reader(data):
    with suppress(BadResult):
        load(data, where="file")
