"""What just fits is read and one more is refused, in JSON and in YAML alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from refcheck.errors import BadGuideline
from refcheck.guideline.parse import DEPTH_LIMIT, NAME_LIMIT, parse

FORMS: dict[str, Callable[[Any], bytes]] = {
    "json": lambda tree: json.dumps(tree).encode(),
    "yaml": lambda tree: b"# \n" + json.dumps(tree).encode(),
}


@pytest.fixture(params=FORMS)
def written(request) -> Callable[[Any], bytes]:
    """Writes a tree in one of the two forms; the comment makes it no JSON."""
    return FORMS[request.param]


def told(data: bytes) -> str:
    with pytest.raises(BadGuideline) as caught:
        parse(data, where="x")
    assert caught.value.where == "x"
    return caught.value.fault


def nested(depth: int, core: Any = 7) -> Any:
    """`core` in so many objects and lists, by turns."""
    for level in reversed(range(depth)):
        core = [core] if level % 2 else {"a": core}
    return core


def test_as_deep_as_allowed_is_read_and_deeper_is_refused(written):
    tree = nested(DEPTH_LIMIT)
    assert parse(written(tree), where="x") == tree
    assert told(written(nested(DEPTH_LIMIT + 1))).endswith(f" is nested deeper than {DEPTH_LIMIT}")


def test_as_many_values_as_allowed_are_read_and_one_more_is_refused(written, monkeypatch):
    tree = {"a": [1, {"b": None, "c": ""}, []], "d": True}
    monkeypatch.setattr("refcheck.guideline.parse.VALUE_LIMIT", 8)
    assert parse(written(tree), where="x") == tree
    monkeypatch.setattr("refcheck.guideline.parse.VALUE_LIMIT", 7)
    assert told(written(tree)).endswith(" is beyond the 7 values that are read")


def test_the_value_that_is_one_too_many_is_named_by_its_path_or_line(monkeypatch):
    monkeypatch.setattr("refcheck.guideline.parse.VALUE_LIMIT", 1000)
    rest = " is beyond the 1,000 values that are read"
    assert told(json.dumps({"a": [0] * 999}).encode()) == "$.a[998]" + rest
    assert told(b"a:\n" + b"- 0\n" * 999) == "line 1000" + rest
    assert told(b"a: 0\n" + b"".join(b"b%d:\n" % n for n in range(1000))) == "line 1000" + rest


def test_a_name_as_long_as_allowed_is_read_and_a_longer_one_is_refused(written):
    tree = {"n" * NAME_LIMIT: 1}
    assert parse(written(tree), where="x") == tree
    fault = told(written({"n" * (NAME_LIMIT + 1): 1}))
    assert fault.endswith(f" is a name of {NAME_LIMIT + 1} characters; at most 500 are read")


def test_a_file_as_large_as_allowed_is_read_and_a_larger_one_is_refused(written, monkeypatch):
    data = written({"a": 1})
    monkeypatch.setattr("refcheck.guideline.parse.SIZE_LIMIT", len(data))
    assert parse(data, where="x") == {"a": 1}
    assert told(data + b" ") == (f"$ is {len(data) + 1} bytes large; at most {len(data)} are read")


def test_large_numbers_of_bytes_are_told_in_groups_of_three(monkeypatch):
    monkeypatch.setattr("refcheck.guideline.parse.SIZE_LIMIT", 1000)
    assert told(b" " * 1001) == "$ is 1,001 bytes large; at most 1,000 are read"
