"""Documents of schemas 1.2 to 1.6 become the same model; their defects are told."""

from __future__ import annotations

import pytest
import yaml

from refcheck.errors import BadGuideline
from refcheck.guideline.model import ComponentRef, DesignatedSection, Flag, Status, Test
from refcheck.guideline.reader import read
from tests.guideline.documents import ID, load
from tests.guideline.old_documents import V12, V15, old

DERIVED = (
    "$.designated-sections: does not say which component needs which project; "
    "taken: a component needs the projects of its required capabilities"
)


def test_every_fact_of_schema_1_5_arrives():
    one = load(V15)
    assert (one.id, one.schema, one.status, one.replaces) == (
        "2016.01",
        "1.5",
        "superseded",
        "2015.07",
    )
    assert one.releases == ("juno",)
    assert one.cutoff_score == 74
    assert (one.criteria["atomic"].weight, one.criteria["atomic"].description) == (6, "Alone.")
    boot, store = one.capabilities.values()
    assert (boot.project, boot.admin, boot.required_since) == ("nova", False, "2014.07")
    assert (store.admin, store.required_since, store.achievements) == (True, "", ())
    assert boot.achievements == ("atomic",)
    assert boot.tests == (
        Test("suite.boot", ID, ("old.boot",)),
        Test(
            "suite.slow",
            "11111111-2222-3333-4444-555555555555",
            (),
            Flag("D401 Bug.", "Wait.", "2015-08-20"),
        ),
    )
    assert one.sections == (
        DesignatedSection("nova", Status.REQUIRED, "api", True, "API", "none"),
        DesignatedSection("swift", Status.REQUIRED, "proxy", True),
    )


def test_programs_get_the_titles_that_later_guidelines_give_them():
    programs = load(V15).programs
    assert {target: program.title for target, program in programs.items()} == {
        "platform": "OpenStack Powered Platform",
        "compute": "OpenStack Powered Compute",
        "object": "OpenStack Powered Storage",
    }
    assert programs["platform"].components == (ComponentRef("compute"), ComponentRef("object"))
    assert programs["object"].components == (ComponentRef("object"),)
    assert [program.mark.product_name for program in programs.values()] == [True, False, False]


def test_a_component_needs_the_code_of_its_required_capabilities():
    one = load(V15)
    assert one.components["compute"].designated == {Status.REQUIRED: ("nova",)}
    assert one.components["object"].designated == {Status.REQUIRED: ("swift",)}
    assert DERIVED in one.notices


def test_a_deprecated_capability_brings_no_project():
    tree = old(V15, "components/compute", {"deprecated": ["boot"]})
    assert load(tree).components["compute"].designated == {}


def test_schema_1_2_knows_tests_and_flags_by_name():
    one = load(V12)
    assert one.capabilities["boot"].tests == (
        Test("suite.boot", ""),
        Test("suite.slow", "", flag=Flag("", "", "")),
    )
    assert one.cutoff_score is None
    assert one.notices == (
        "$.capabilities: schema 1.2 has no ids; the tests are known by their names only",
        DERIVED,
        (
            "$.designated-sections.informational.heat.sections: "
            "is [] where an object belongs; taken as none"
        ),
        "$.capabilities.flavors: is required and has no tests; it holds untested",
    )


@pytest.mark.parametrize("schema", ["1.3", "1.4", "1.5", "1.6"])
def test_the_schemas_with_ids_are_read_alike(schema):
    assert load(old(V15, "schema", schema)).capabilities == load(V15).capabilities


def test_yaml_and_json_are_the_same_guideline():
    text = yaml.safe_dump(V15, sort_keys=False)
    one = read(text.encode(), where="x")
    assert (one.capabilities, one.components) == (
        load(V15).capabilities,
        load(V15).components,
    )


@pytest.mark.parametrize(
    ("tree", "notice"),
    [
        (V15, "$.capabilities.boot.tests.suite.boot.idempotent_id: has 'smoke' behind the id;"),
        (
            old(V12, "capabilities/boot/flagged", ["suite.gone"]),
            "$.capabilities.boot.flagged[0]: 'suite.gone' is no test of this capability; ignored",
        ),
        (
            old(V12, "capabilities/boot/tests", ["suite.boot", "suite.slow", "suite.boot"]),
            "$.capabilities.boot.tests: names a test twice; it counts once",
        ),
        (
            old(V12, "capabilities/boot/status", "removed"),
            "$.capabilities.boot.status: is 'removed', but components list it required;",
        ),
        (
            old(V12, "components/compute/removed", []),
            "$.capabilities.floating.status: is 'removed', but components list it nowhere;",
        ),
        (
            old(V12, "components/compute/removed", []),
            "$.capabilities.floating: is in no component; not judged",
        ),
        (
            old(V12, "components/compute/advisory", ["dream"]),
            "$.components.compute.advisory: names 'dream', which is not defined;",
        ),
        (
            old(V12, "platform/advisory", ["dream"]),
            "$.platform.advisory: is ignored: only required components count",
        ),
        (
            old(V15, "capabilities/boot/required_since", "x"),
            "$.capabilities.boot.required_since: ignored beside 'required-since'",
        ),
    ],
)
def test_known_defects_are_tolerated_and_told_with_their_path(tree, notice):
    assert [told for told in load(tree).notices if told.startswith(notice)], load(tree).notices


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("id", ..., "$.id is missing or empty"),
        ("status", ..., "$.status is missing or empty"),
        ("releases", "juno", "$.releases is not a list"),
        ("cutoff_score", "many", "$.cutoff_score is not a whole number"),
        ("platform", ..., "$.platform is missing or not an object"),
        ("platform/maybe", [], "$.platform.maybe is not a status"),
        ("platform/required", ["dream"], "$.components lacks 'dream'"),
        ("components/compute/maybe", [], "$.components.compute.maybe is not a status"),
        ("components/compute/required", [1], "$.components.compute.required[0] is not text"),
        ("capabilities/boot/tests", [1], "$.capabilities.boot.tests[0] is not text"),
        ("capabilities/boot/tests", "all", "$.capabilities.boot.tests is missing or not an object"),
        ("designated-sections/maybe", {}, "$.designated-sections.maybe is not a status"),
        (
            "designated-sections/required/nova/sections",
            [1],
            "$.designated-sections.required.nova.sections is missing or not an object",
        ),
        ("criteria/atomic/weight", "6.5", "$.criteria.atomic.weight is not a whole number"),
    ],
)
def test_a_fault_of_the_schema_is_told_with_its_path(path, value, told):
    with pytest.raises(BadGuideline) as caught:
        load(old(V15, path, value))
    assert told in caught.value.fault
    assert caught.value.where == "file.json"


def test_the_oldest_schema_is_refused_by_name():
    with pytest.raises(BadGuideline, match=r"is '1\.0'; known are 1\.2, 1\.3, 1\.4"):
        load({"schema": "1.0", "id": "havana"})
