"""Waivers and code evidence are read whole, or refused with the path of the fault."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from refcheck.code.evidence import SectionEvidence, SectionState
from refcheck.errors import BadInput
from refcheck.verdict.statements import moment, read_code, read_waivers
from refcheck.verdict.waiver import Waiver

WAIVER = {
    "guideline": "2020.06",
    "product": "Example",
    "capability": "cap",
    "test": "suite.test_1",
    "reason": "inner",
    "public": "outer",
    "approver": "staff",
    "expires": "2027-01-01T00:00:00Z",
}
SECTION = {
    "project": "nova",
    "section": "API",
    "state": "patched",
    "upstream_change": "I8f3c2",
    "detail": "two files",
}
FORM = "Mend it; docs/explanation/verdict.md shows the form."


def encoded(tree):
    return json.dumps(tree).encode()


def without(entry, *fields):
    return {key: value for key, value in entry.items() if key not in fields}


def test_a_waiver_is_read_field_by_field():
    expires = datetime(2027, 1, 1, tzinfo=UTC)
    assert read_waivers(encoded({"waivers": [WAIVER]}), where="w") == (
        Waiver("2020.06", "Example", "cap", "suite.test_1", "inner", "outer", "staff", expires),
    )


def test_what_a_waiver_may_leave_out_is_empty():
    (waiver,) = read_waivers(
        encoded({"waivers": [without(WAIVER, "capability", "reason")]}), where="w"
    )
    assert (waiver.capability, waiver.reason, waiver.test) == ("", "", "suite.test_1")
    (waiver,) = read_waivers(encoded({"waivers": [without(WAIVER, "test")]}), where="w")
    assert (waiver.capability, waiver.test) == ("cap", "")


def test_waivers_are_read_from_yaml_in_their_order():
    second = {**WAIVER, "product": "Other"}
    text = "waivers:\n" + "".join(
        "- " + "\n  ".join(f'{key}: "{value}"' for key, value in one.items()) + "\n"
        for one in (WAIVER, second)
    )
    assert [w.product for w in read_waivers(text.encode(), where="w")] == ["Example", "Other"]
    assert read_waivers(b"waivers: []", where="w") == ()


def test_a_statement_about_code_is_read_field_by_field():
    evidence = read_code(encoded({"code": [SECTION]}), where="c")
    assert evidence.statements == (
        SectionEvidence("nova", "API", SectionState.PATCHED, "I8f3c2", "two files"),
    )


def test_what_a_statement_about_code_may_leave_out_is_empty():
    short = without(SECTION, "upstream_change", "detail")
    (one,) = read_code(encoded({"code": [short]}), where="c").statements
    assert (one.upstream_change, one.detail) == ("", "")


@pytest.mark.parametrize("state", ["identical", "patched", "missing", "replaced"])
def test_every_state_is_known(state):
    (one,) = read_code(encoded({"code": [{**SECTION, "state": state}]}), where="c").statements
    assert one.state == SectionState(state)


@pytest.mark.parametrize(
    ("tree", "fault"),
    [
        ({}, '$ "waivers" is a required property'),
        ([], "$"),
        ({"waivers": {}}, '$.waivers {} is not of type "array"'),
        ({"waivers": ["x"]}, '$.waivers[0] "x" is not of type "object"'),
        ({"waivers": [], "more": 1}, "$ Additional properties are not allowed"),
        ({"waivers": [{**WAIVER, "tests": "x"}]}, "$.waivers[0] Additional properties"),
        *(
            ({"waivers": [WAIVER, without(WAIVER, field)]}, f'$.waivers[1] "{field}" is a required')
            for field in ("guideline", "product", "public", "approver", "expires")
        ),
        *(
            ({"waivers": [{**WAIVER, field: 1}]}, f'$.waivers[0].{field} 1 is not of type "string"')
            for field in WAIVER
        ),
        (
            {"waivers": [WAIVER, {**WAIVER, "expires": "soon"}]},
            "$.waivers[1].expires is 'soon', not",
        ),
        (
            {"waivers": [{**WAIVER, "expires": "2027-01-01T00:00:00"}]},
            "$.waivers[0].expires is '2027-01-01T00:00:00', a time without its zone",
        ),
    ],
)
def test_a_fault_of_the_waivers_is_named_with_its_path(tree, fault):
    with pytest.raises(BadInput) as caught:
        read_waivers(encoded(tree), where="my waivers")
    assert caught.value.fault.startswith(fault)
    assert caught.value.where == "my waivers"


@pytest.mark.parametrize(
    ("tree", "fault"),
    [
        ({}, '$ "code" is a required property'),
        ({"code": "x"}, '$.code "x" is not of type "array"'),
        ({"code": [], "more": 1}, "$ Additional properties are not allowed"),
        ({"code": [{**SECTION, "file": "x"}]}, "$.code[0] Additional properties"),
        ({"code": [{**SECTION, "state": "fine"}]}, '$.code[0].state "fine" is not one of'),
        *(
            ({"code": [without(SECTION, field)]}, f'$.code[0] "{field}" is a required property')
            for field in ("project", "section", "state")
        ),
        *(
            ({"code": [{**SECTION, field: 1}]}, f'$.code[0].{field} 1 is not of type "string"')
            for field in ("project", "section", "upstream_change", "detail")
        ),
    ],
)
def test_a_fault_of_the_code_evidence_is_named_with_its_path(tree, fault):
    with pytest.raises(BadInput) as caught:
        read_code(encoded(tree), where="my code")
    assert caught.value.fault.startswith(fault)
    assert (caught.value.where, caught.value.next_step) == ("my code", FORM)


def test_a_long_fault_is_cut():
    tree = {"code": [{**SECTION, "state": "x" * 400}]}
    with pytest.raises(BadInput) as caught:
        read_code(encoded(tree), where="c")
    assert len(caught.value.fault) == len("$.code[0].state ") + 200


def test_what_is_no_document_names_the_file():
    for read in (read_waivers, read_code):
        with pytest.raises(BadInput) as caught:
            read(b"[", where="broken")
        assert caught.value.where == "broken"


def test_a_section_that_is_spoken_of_twice_is_refused():
    with pytest.raises(BadInput, match="speaks twice of nova: API"):
        read_code(encoded({"code": [SECTION, SECTION]}), where="c")


def test_a_moment_keeps_its_zone():
    assert moment("2027-01-01T02:00:00+02:00", "$", "x") == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x" * 50, f"$.at is {'x' * 40!r}, not a time"),
        ("2027-01-01T00:00:00", "$.at is '2027-01-01T00:00:00', a time without its zone"),
    ],
)
def test_what_is_no_moment_is_told_with_path_place_and_next_step(text, fault):
    with pytest.raises(BadInput) as caught:
        moment(text, "$.at", "here")
    assert (caught.value.fault, caught.value.where) == (fault, "here")
    assert caught.value.next_step == FORM
    with pytest.raises(BadInput) as caught:
        moment(text, "$.at", "here", next_step="Do this.")
    assert caught.value.next_step == "Do this."
