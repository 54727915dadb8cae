"""What is written as YAML is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.guideline import library
from refcheck.guideline.parse import parse
from refcheck.guideline.plain_yaml import parse_yaml
from refcheck.guideline.yaml_text import to_yaml
from tests.guideline.documents import SOUND

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=150) | st.sampled_from(
    ["", " ", "yes", "2020.06", "- a", "a: b", "a #b", "~", "007", "-1", "# x", "[", "a " * 80]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=5))
def test_any_tree_comes_back(tree):
    text = to_yaml(tree)
    assert parse_yaml(text, where="x", depth_limit=99, value_limit=10_000) == tree


def test_a_guideline_comes_back():
    assert parse(to_yaml(SOUND).encode(), where="x") == SOUND


@pytest.mark.parametrize("guideline_id", library.ids())
def test_the_built_in_guidelines_are_written_just_so(guideline_id):
    data = library.document(guideline_id)
    assert to_yaml(parse(data, where=guideline_id)).encode() == data
