"""A whole document of the old schemas, field by field: what is derived is derived in full."""

from __future__ import annotations

import copy
import hashlib
import json

import pytest

from refcheck.errors import BadGuideline
from refcheck.guideline.model import Component, Status
from refcheck.guideline.reader import read
from tests.guideline.documents import load
from tests.guideline.old_documents import V12, V15


def test_components_carry_their_names_and_no_words_of_their_own():
    for tree in (V12, V15):
        for name, component in load(tree).components.items():
            assert isinstance(component, Component)
            assert (component.name, component.description) == (name, "")


def test_a_component_that_is_called_platform_is_no_program_of_its_own():
    tree = copy.deepcopy(V12)
    tree["components"]["platform"] = {"required": ["store"]}
    programs = load(tree).programs
    assert list(programs) == ["platform", "compute", "object"]
    assert [ref.name for ref in programs["platform"].components] == ["compute", "object"]


def test_a_platform_that_requires_nothing_has_no_components():
    tree = copy.deepcopy(V12)
    tree["platform"] = {}
    assert load(tree).programs["platform"].components == ()


def test_the_digest_is_that_of_the_bytes():
    data = json.dumps(V15).encode()
    assert read(data, where="x").sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("place", ["designated-sections", "platform"])
def test_what_is_no_status_is_told_with_the_ones_that_are(place):
    tree = copy.deepcopy(V12)
    tree[place]["maybe"] = {}
    with pytest.raises(BadGuideline) as caught:
        load(tree)
    assert caught.value.fault == (
        f"$.{place}.maybe is not a status; known are required, advisory, deprecated, removed"
    )


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


def test_a_number_as_text_is_whole_up_to_nine_digits():
    for text, number in (("74", 74), ("999999999", 999_999_999)):
        assert load({**V15, "cutoff_score": text}).cutoff_score == number
    with pytest.raises(BadGuideline, match="cutoff_score is not a whole number"):
        load({**V15, "cutoff_score": "1000000000"})
