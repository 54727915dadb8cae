"""YAML that says no more than JSON can is read as the same tree; the rest is refused by line."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from refcheck.errors import BadGuideline
from refcheck.guideline.plain_yaml import parse_yaml


def read(text: str) -> object:
    return parse_yaml(text, where="x.yaml", depth_limit=3, value_limit=99)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: &x 2\n", "line 2 has a YAML anchor; write the text out"),
        ("a: 1\nb: &x [2]\n", "line 2 has a YAML anchor; write the text out"),
        ("\na: *x\n", "line 2 has a YAML alias; write the text out"),
        ("a: 1\nb: !x 2\n", "line 2 has the YAML tag '!x'; use plain values"),
        ("a: 1\nb: !x {}\n", "line 2 has the YAML tag '!x'; use plain values"),
        (f"a: !{'x' * 90} 1\n", f"line 1 has the YAML tag '!{'x' * 79}'; use plain values"),
        ("a: 1\n[b]: 2\n", "line 2 has a key that is not text"),
        ("a: 1\n{}: 2\n", "line 2 has a key that is not text"),
        ("b: 2\na: 1\nb: 3\n", "line 3 has the key 'b' twice"),
        (f"{'k' * 90}: 1\n" * 2, f"line 2 has the key {'k' * 80!r} twice"),
        ("a: 1\n---\nb: 2\n", "line 2 begins a second YAML document"),
        ("a:\n- - - 1\n", "line 2 is nested deeper than 3"),
        ("a: 1\nb: c: d", "line 2 is not YAML (mapping values are not allowed in this context)"),
        ("a: \x07", "$ is not YAML (unacceptable character #x0007: "),
    ],
)
def test_what_is_refused_is_told_with_its_line(text, fault):
    with pytest.raises(BadGuideline) as caught:
        read(text)
    assert caught.value.fault.startswith(fault)
    assert "\n" not in caught.value.fault
    assert caught.value.where == "x.yaml"


def test_the_parser_s_word_for_the_problem_is_told_not_what_it_was_doing():
    with pytest.raises(BadGuideline, match=r"is not YAML \(.*expected ',' or '\]'"):
        read("a: [1")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# nothing\n", None),
        ("null", None),
        ("~", None),
        ("[true, false, 7, -7, 0]", [True, False, 7, -7, 0]),
        ("['', 'true', \"7\"]", ["", "true", "7"]),
        ("[07, 1.5, 2020.06, 2020-06-01]", ["07", "1.5", "2020.06", "2020-06-01"]),
        ("[yes, True, NULL, 0x7, 1_000]", ["yes", "True", "NULL", "0x7", "1_000"]),
        ("a:\nb: [{c: 1}, []]\n1: |\n  text\n", {"a": None, "b": [{"c": 1}, []], "1": "text\n"}),
        ("--- 9\n...\n", 9),
        ("999999999999999999", 999_999_999_999_999_999),
        ("1000000000000000000", "1000000000000000000"),
    ],
)
def test_plain_words_are_text_unless_they_are_whole_numbers_or_words_of_json(text, value):
    found = read(text)
    assert (found, json.dumps(found)) == (value, json.dumps(value))


leaves = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=5)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(trees, st.booleans())
def test_what_yaml_and_json_can_both_say_comes_back_as_it_was(tree, flow):
    text = yaml.safe_dump(tree, default_flow_style=flow, sort_keys=False)
    assert parse_yaml(text, where="x", depth_limit=99, value_limit=999) == tree
