"""Schema 2.0 documents become the model; known defects are tolerated and told."""

from __future__ import annotations

import hashlib
import json

import pytest
import yaml

from refcheck.guideline.model import ComponentRef, DesignatedSection, Flag, Status, Test
from refcheck.guideline.reader import read
from tests.guideline.documents import ID, SOUND, load, sound

TEST = "capabilities/boot/tests/suite.boot"


def test_every_fact_arrives():
    one = load(SOUND)
    assert (one.id, one.schema, one.status, one.replaces) == (
        "2030.01",
        "2.0",
        "approved",
        "2029.06",
    )
    assert one.releases == ("zed",)
    assert one.cutoff_score == 74
    assert one.criteria["atomic"].weight == 6
    program = one.programs["platform"]
    assert program.title == "OpenStack Powered Platform"
    assert program.components == (ComponentRef("os_powered_compute"),)
    component = one.components["os_powered_compute"]
    assert component.capabilities[Status.REQUIRED] == ("boot",)
    assert component.designated == {Status.REQUIRED: ("nova",)}
    boot = one.capabilities["boot"]
    assert (boot.project, boot.admin, boot.required_since) == ("nova", False, "2029.01")
    assert boot.achievements == ("atomic",)
    flag = Flag("[D401] Bug.", "Wait.", "2029-02-03")
    assert boot.tests == (Test("suite.boot", ID, ("old.boot",), flag),)
    assert one.sections == (
        DesignatedSection("nova", Status.REQUIRED, "api", True, "API", "", ("nova/api/**",)),
        DesignatedSection("nova", Status.REQUIRED, "driver", False, "", "free", ()),
    )
    assert one.notices == ()


def test_the_digest_is_that_of_the_bytes():
    data = json.dumps(SOUND, indent=3).encode()
    assert read(data, where="x").sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("flow", [None, True, False])
def test_yaml_and_json_are_the_same_guideline(flow):
    text = "# a comment\n" + yaml.safe_dump(SOUND, default_flow_style=flow, sort_keys=False)
    one = read(text.encode(), where="x")
    assert one.capabilities == load(SOUND).capabilities
    assert one.sections == load(SOUND).sections


def test_yaml_dates_and_versions_stay_text():
    text = yaml.safe_dump(SOUND, sort_keys=False).replace("'2030.01'", "2030.01")
    one = read(text.replace("'2029-02-03'", "2029-02-03").encode(), where="x")
    assert one.id == "2030.01"
    assert one.capabilities["boot"].tests[0].flag.date == "2029-02-03"


@pytest.mark.parametrize(
    ("title", "target"),
    [
        ("OpenStack Powered Platform", "platform"),
        ("OpenStack Powered Compute", "compute"),
        ("OpenStack Powered Storage", "object"),
        ("OpenStack Powered Object Storage", "object"),
        ("OpenStack Powered Bare Metal", "bare-metal"),
        ("Metal", "metal"),
    ],
)
def test_targets_are_the_short_names_of_programs(title, target):
    body = SOUND["platforms"]["OpenStack Powered Platform"]
    one = load(sound("platforms", {title: body}))
    assert list(one.programs) == [target]
    assert one.programs[target].mark.product_name == (target == "platform")


def test_add_ons_name_their_prerequisites():
    tree = sound("platforms")
    needed = {"name": "os_powered_compute", "source": "http://example.org/interop/2020.06.json"}
    tree["add-ons"] = {
        "DNS": {
            "components": [{"name": "os_powered_compute"}],
            "required_platform_components": [needed],
        }
    }
    program = load(tree).programs["dns"]
    assert program.prerequisites[0].guideline_id == "2020.06"
    assert program.mark.title == "OpenStack Powered with DNS"


@pytest.mark.parametrize("written", [ID, ID.upper(), f"id-{ID}"])
def test_ids_are_bare_and_lower_case(written):
    one = load(sound(f"{TEST}/idempotent_id", written))
    assert one.capabilities["boot"].tests[0].id == ID


def misspelt(right: str, wrong: str) -> dict:
    tree = sound()
    boot = tree["capabilities"]["boot"]
    boot[wrong] = boot.pop(right)
    return tree


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("achievements", "acheivements"),
        ("description", "descriptin"),
        ("required_since", "required-since"),
    ],
)
def test_misspelt_keys_are_understood_and_told(right, wrong):
    one = load(misspelt(right, wrong))
    assert one.capabilities["boot"] == load(SOUND).capabilities["boot"]
    assert one.notices == (f"$.capabilities.boot.{wrong}: taken for '{right}'",)


def test_a_misspelt_key_beside_the_right_one_is_ignored_and_told():
    one = load(sound("capabilities/boot/descriptin", "Other."))
    assert one.capabilities["boot"].description == "Boots."
    assert one.notices == ("$.capabilities.boot.descriptin: ignored beside 'description'",)


@pytest.mark.parametrize(
    ("tree", "path", "told"),
    [
        (sound(f"{TEST}/idempotent_id", ""), "suite.boot.idempotent_id", "is empty"),
        (sound(f"{TEST}/idempotent_id"), "suite.boot.idempotent_id", "is empty"),
        (sound(f"{TEST}/idempotent_id", "id-123"), "suite.boot.idempotent_id", "is not a UUID"),
        (sound(f"{TEST}/idempotent_id", ID), "$.capabilities", "1 idempotent ids are written"),
        (
            sound("components/os_powered_compute/capabilities/required", ["boot", "stop"]),
            "os_powered_compute.capabilities.required",
            "names 'stop', which is not defined",
        ),
        (
            sound("designated_sections/nova/required/sections", []),
            "nova.required.sections",
            "is [] where an object belongs",
        ),
        (
            sound("capabilities/boot/achievements", ["atomic", "discoverable"]),
            "boot.achievements",
            "'discoverable' is no criterion",
        ),
    ],
)
def test_known_defects_are_tolerated_and_told_with_their_path(tree, path, told):
    (notice,) = load(tree).notices
    assert path in notice
    assert told in notice


def test_a_test_without_id_is_known_by_its_name():
    assert load(sound(f"{TEST}/idempotent_id", "")).capabilities["boot"].tests[0].id == ""


def test_the_flag_may_be_spelt_as_the_schema_says():
    tree = sound()
    body = tree["capabilities"]["boot"]["tests"]["suite.boot"]
    body["flag"] = body.pop("flagged")
    assert load(tree).capabilities["boot"].tests[0].flag is not None


def test_informational_sections_have_no_status():
    section = {"sections": {"engine": {"designated": False}}}
    one = load(sound("designated_sections", {"heat": {"informational": section}}))
    assert one.sections[0].status is None
