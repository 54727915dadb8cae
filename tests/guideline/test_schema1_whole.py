"""A whole document of the old schemas, field by field: what is derived is derived in full."""

from __future__ import annotations

import copy

import pytest

from refcheck.errors import BadGuideline
from refcheck.guideline.model import Component, Status
from refcheck.guideline.plain_yaml import parse_yaml
from refcheck.guideline.reader import read
from tests.guideline.documents import load
from tests.guideline.old_documents import V12, V15


def test_components_carry_their_names_and_no_words_of_their_own():
    for tree in (V12, V15):
        for name, component in load(tree).components.items():
            assert isinstance(component, Component)
            assert (component.name, component.description) == (name, "")


def test_programs_carry_no_words_of_their_own_and_the_platform_comes_once():
    programs = load(V12).programs
    assert set(programs) == {"platform", "compute", "object"}
    assert {program.description for program in programs.values()} == {""}
    assert {target: program.target for target, program in programs.items()} == {
        target: target for target in programs
    }


def test_provenance_is_kept():
    assert load({**V15, "provenance": "By hand."}).provenance == "By hand."
    assert load(V15).provenance == ""


def test_capabilities_and_criteria_carry_their_names():
    one = load(V12)
    assert {name: capability.name for name, capability in one.capabilities.items()} == {
        name: name for name in V12["capabilities"]
    }


@pytest.mark.parametrize("word", ["required", "advisory", "deprecated", "removed"])
def test_a_section_has_the_status_that_it_is_listed_under(word):
    tree = copy.deepcopy(V12)
    body = {"guidance": "g", "sections": {"part": {"description": "d", "designated": True}}}
    tree["designated-sections"] = {
        one: {"glance": body} if one == word else {}
        for one in ("required", "advisory", "deprecated", "removed")
    }
    (section,) = load(tree).sections
    assert section.status is Status(word)


def test_a_status_that_the_components_contradict_is_noted_word_for_word():
    tree = copy.deepcopy(V12)
    tree["components"]["object"]["advisory"] = ["boot"]
    tree["capabilities"]["boot"]["status"] = "x" * 100
    (note,) = [notice for notice in load(tree).notices if "boot.status" in notice]
    assert note == (
        f"$.capabilities.boot.status: is {'x' * 80!r}, but components list it advisory and"
        " required; they count"
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [1", "is not YAML ("),
        ("a: b: c", "line 1 is not YAML (mapping values are not allowed"),
        ("a: 1\nb: &x 2\n", "line 2"),
    ],
)
def test_what_is_no_plain_yaml_is_told_with_its_line_and_the_parsers_words(text, fault):
    with pytest.raises(BadGuideline) as caught:
        parse_yaml(text, where="x.yaml", depth_limit=9, value_limit=99)
    assert fault in caught.value.fault
    assert caught.value.where == "x.yaml"


def test_a_number_as_text_is_whole_up_to_nine_digits():
    for text, number in (("74", 74), ("999999999", 999_999_999)):
        assert (
            load({**V15, "scoring": V15.get("scoring"), "cutoff_score": text}).cutoff_score
            == number
        )
    with pytest.raises(BadGuideline):
        read(b'{"id": "2016.01", "schema": "1.5", "cutoff_score": "9999999999"}', where="x")
