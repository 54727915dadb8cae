"""Canonical JSON is the standard's, byte for byte."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from refcheck.verdict.canonical import canonical_json

texts = st.text(st.characters(exclude_categories=["Cs"])) | st.text(
    st.characters(max_codepoint=127)
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=5))
def test_it_equals_the_library_s_bytes(document):
    assert canonical_json(document) == rfc8785.dumps(document)


def test_keys_beyond_the_basic_plane_sort_as_the_standard_has_it():
    document = {"\U0001f600": 1, "\ufb33": 2, "a": 3}
    assert canonical_json(document) == '{"a":3,"\U0001f600":1,"\ufb33":2}'.encode()


def test_the_ascii_form_is_sorted_tight_and_escapes_controls():
    assert canonical_json({"b": "\x1f\n", "a": [1, None]}) == b'{"a":[1,null],"b":"\\u001f\\n"}'


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json({"a": number})
