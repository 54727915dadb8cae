"""Lint finds what can be held against a guideline."""

from __future__ import annotations

import json

import pytest

from refcheck.guideline import library
from refcheck.guideline.known_keys import unknown_keys
from refcheck.guideline.lint import Finding, Severity, lint
from refcheck.guideline.parse import parse
from tests.guideline.documents import ID, SOUND, load, sound
from tests.guideline.old_documents import V12, V15, old

FLAG = "$.capabilities.boot.tests.suite.boot.flagged"
CLEAN = sound("metadata/scoring/cutoff_score", 6)


def found(tree: dict, **options) -> set[tuple[str, str, str]]:
    findings = lint(load(tree), tree=tree, **options)
    return {(one.severity.value, one.rule, one.path) for one in findings}


def changed(path: str, value: object = ...) -> dict:
    tree = sound(path, value)
    tree["metadata"]["scoring"]["cutoff_score"] = 6
    return tree


def test_a_sound_guideline_has_no_finding():
    assert lint(load(CLEAN), tree=CLEAN, previous=load(SOUND)) == ()


@pytest.mark.parametrize(
    ("tree", "finding"),
    [
        (SOUND, ("warning", "required-below-cutoff", "$.capabilities.boot")),
        (
            changed("capabilities/boot/admin", True),
            ("warning", "required-veto", "$.capabilities.boot"),
        ),
        (changed("capabilities/boot/achievements", []), ("note", "not-scored", "$.capabilities")),
        (changed("capabilities/boot/tests", {}), ("error", "no-tests", "$.capabilities.boot")),
        (
            changed("components/os_powered_compute/capabilities/required", ["boot", "stop"]),
            ("error", "undefined", "$.components.os_powered_compute.capabilities.required"),
        ),
        (
            changed("components/os_powered_compute/capabilities", {}),
            ("warning", "unused-capability", "$.capabilities.boot"),
        ),
        (
            changed("components/os_powered_compute/capabilities/removed", ["boot"]),
            ("warning", "listed-twice", "$.components.os_powered_compute.capabilities"),
        ),
        (
            changed("capabilities/boot/tests/suite.boot/flagged/reason", "Bug."),
            ("warning", "flag", FLAG),
        ),
        (
            changed("capabilities/boot/tests/suite.boot/flagged/date", "yesterday"),
            ("warning", "flag", FLAG),
        ),
        (
            changed("capabilities/boot/tests/suite.boot/flagged/date", ""),
            ("warning", "flag", FLAG),
        ),
        (
            changed("capabilities/boot/tests/suite.boot/aliases", ["suite.boot"]),
            ("warning", "alias-is-name", "$.capabilities.boot.tests.suite.boot.aliases"),
        ),
        (
            changed("capabilities/boot/tests/suite.boot/flaged", {}),
            ("warning", "unknown-key", "$.capabilities.boot.tests.suite.boot.flaged"),
        ),
        (changed("platfroms", {}), ("warning", "unknown-key", "$.platfroms")),
        (
            changed("capabilities/boot/descriptin", "x"),
            ("warning", "schema", "$.capabilities.boot.descriptin"),
        ),
    ],
)
def test_each_rule_finds_what_breaks_it(tree, finding):
    assert found(tree) == {finding}


def test_shared_ids_and_aliases_are_found():
    tree = changed("capabilities/boot/tests/suite.stop", {"idempotent_id": f"id-{ID}"})
    tree["capabilities"]["boot"]["tests"]["suite.stop"]["aliases"] = ["old.boot"]
    path = "$.capabilities.boot.tests.suite.stop"
    assert found(tree) == {
        ("error", "shared-id", path),
        ("warning", "shared-alias", f"{path}.aliases"),
    }


def test_a_test_with_two_ids_is_found():
    tree = changed("components/os_powered_compute/capabilities/advisory", ["again"])
    other = {"suite.boot": {"idempotent_id": "id-11111111-2222-3333-4444-555555555555"}}
    tree["capabilities"]["again"] = {"project": "nova", "tests": other}
    assert found(tree) == {("error", "two-ids", "$.capabilities.again.tests.suite.boot")}


def test_an_untested_capability_that_nobody_requires_is_a_warning():
    tree = changed("components/os_powered_compute/capabilities/advisory", ["idle"])
    tree["capabilities"]["idle"] = {"project": "nova", "tests": {}}
    assert found(tree) == {("warning", "no-tests", "$.capabilities.idle")}


@pytest.mark.parametrize(
    ("before", "after", "severity", "told"),
    [
        (
            "2029.06",
            "2030.01",
            Severity.ERROR,
            "was removed in 2029.06 and is required; only what was advisory may become required",
        ),
        ("2015.05", "2015.07", Severity.NOTE, "the process was not in force yet"),
    ],
)
def test_an_illegal_step_is_an_error_once_there_was_a_process(before, after, severity, told):
    previous = sound("components/os_powered_compute/capabilities", {"removed": ["boot"]})
    previous["metadata"]["id"] = before
    tree = changed("metadata/id", after)
    (finding,) = lint(load(tree), tree=tree, previous=load(previous))
    assert (finding.severity, finding.rule) == (severity, "transition")
    assert told in finding.text


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"removed": ["boot"]}, "what is new begins as advisory"),
        ({"required": ["boot"]}, {}, "nothing goes that was not deprecated before"),
        ({"advisory": ["boot"]}, {}, "the process does not speak of this step"),
    ],
)
def test_each_kind_of_step_says_which_rule_it_breaks(before, after, told):
    path = "components/os_powered_compute/capabilities"
    current = changed(path, after)
    findings = lint(load(current), previous=load(sound(path, before)))
    assert [told in one.text for one in findings if one.rule == "transition"] == [True]


def test_renames_are_told():
    previous = sound("components/os_powered_compute/capabilities", {"removed": ["start"]})
    (finding,) = lint(load(CLEAN), previous=load(previous), renames=[("start", "boot")])
    assert finding == Finding(
        Severity.ERROR,
        "transition",
        "$.capabilities.boot",
        "was removed in 2030.01 (there start) and is required; "
        "only what was advisory may become required",
    )


def test_errors_come_first():
    findings = lint(library.load("next"), previous=library.load("2018.02"))
    order = [one.severity for one in findings]
    assert order == sorted(order, key=list(Severity).index)
    assert sum(one.rule == "transition" for one in findings) == 14
    assert sum(one.rule == "undefined" for one in findings) == 14


@pytest.mark.parametrize("tree", [SOUND, V12, V15], ids=["2.0", "1.2", "1.5"])
def test_the_schemas_own_keys_are_known(tree):
    assert list(unknown_keys(tree, tree.get("schema", "2.0"))) == []


def test_a_stray_key_of_an_old_schema_is_found():
    tree = old(V15, "designated-sections/required/swift/required", {})
    path = "$.designated-sections.required.swift.required"
    assert list(unknown_keys(tree, "1.5")) == [path]


@pytest.mark.parametrize("guideline_id", library.ids())
def test_built_in_guidelines_have_no_unknown_key(guideline_id):
    tree = parse(library.document(guideline_id), where=guideline_id)
    assert list(unknown_keys(tree, "2.0")) == []


def test_keys_inside_lists_are_seen():
    tree = json.loads(json.dumps(SOUND))
    tree["platforms"]["OpenStack Powered Platform"]["components"][0]["sauce"] = "x"
    assert list(unknown_keys(tree, "2.0")) == [
        "$.platforms.OpenStack Powered Platform.components[0].sauce"
    ]
