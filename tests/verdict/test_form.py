"""A document of another form is told apart by the fault nearest to its root."""

import pytest

from refcheck.verdict.form import fault_of

SCHEMA = {
    "type": "object",
    "required": ["entries"],
    "properties": {
        "entries": {"type": "array", "items": {"properties": {"name": {"type": "string"}}}},
        "title": {"type": "string"},
    },
}


def nested(levels):
    tree = []
    for _ in range(levels):
        tree = [tree]
    return tree


def test_a_document_of_the_form_has_no_fault():
    assert fault_of({"entries": [{"name": "x"}], "title": "y"}, SCHEMA) is None


def test_a_fault_is_told_with_its_path():
    assert fault_of({}, SCHEMA) == '$ "entries" is a required property'
    told = '$.entries[1].name 7 is not of type "string"'
    assert fault_of({"entries": [{}, {"name": 7}]}, SCHEMA) == told


def test_of_several_faults_the_one_nearest_to_the_root_is_told():
    told = '$.title 7 is not of type "string"'
    assert fault_of({"entries": [{"name": 7}], "title": 7}, SCHEMA) == told


def test_a_long_message_is_cut():
    told = fault_of({"entries": [], "title": ["x" * 400]}, SCHEMA)
    assert len(told) == len("$.title ") + 200


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"entries": "\ud800"}, "surrogates not allowed"),
        ({"entries": [], "title": nested(3000)}, "Recursion limit reached"),
    ],
)
def test_what_cannot_be_looked_at_is_a_fault_of_the_document(document, why):
    told = fault_of(document, SCHEMA)
    assert told.startswith("$ ")
    assert why in told
    assert len(told) <= 202
