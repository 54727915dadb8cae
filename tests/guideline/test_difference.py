"""What changed from one guideline to another."""

from __future__ import annotations

from refcheck.guideline import library
from refcheck.guideline.difference import difference
from refcheck.guideline.facts import Change
from tests.guideline.documents import SOUND, load, sound


def test_a_guideline_does_not_differ_from_itself():
    assert difference(load(SOUND), load(SOUND)) == ()


def test_changed_lost_and_new_facts_are_told():
    after = sound("capabilities/boot/admin", True)
    after["designated_sections"]["nova"]["required"]["sections"].pop("driver")
    after["metadata"]["scoring"]["criteria"]["fun"] = {"name": "Fun", "weight": 1}
    assert difference(load(SOUND), load(after)) == (
        Change("capabilities.boot.admin", "false", "true"),
        Change("sections.nova.required.driver", "not designated", None),
        Change("criteria.fun.name", None, "Fun"),
        Change("criteria.fun.weight", None, "1"),
    )


def test_words_are_no_facts():
    assert difference(load(SOUND), load(sound("capabilities/boot/description", "Other."))) == ()


def test_components_of_schema_1_are_compared_with_their_successors():
    found = difference(library.load("2017.09"), library.load("2018.02"))
    paths = {change.path for change in found}
    assert "components.os_powered_compute.capabilities.compute-servers-create" not in paths
    assert not any(path.startswith("components.compute.") for path in paths)
    assert not any(path.startswith("programs.") for path in paths)
    status = "components.os_powered_compute.capabilities.volumes-v3-create-delete"
    assert Change(status, "advisory", "required") in found
    back = difference(library.load("2018.02"), library.load("2017.09"))
    assert len(back) == len(found)


def test_old_guidelines_keep_their_names_among_themselves():
    found = difference(library.load("2015.03"), library.load("2015.04"))
    assert any(change.path.startswith("components.compute.") for change in found)


def test_the_guideline_that_a_component_comes_from_is_a_fact():
    def with_sources(component: str, needed: str) -> dict:
        tree = sound("platforms")
        tree["add-ons"] = {
            "DNS": {
                "components": [{"name": "dns", "source": component}],
                "required_platform_components": [{"name": "os_powered_compute", "source": needed}],
            }
        }
        return tree

    before, after = with_sources("a.json", "b.json"), with_sources("http://x/c.json", "d.json")
    assert difference(load(before), load(after)) == (
        Change("programs.dns.components.dns", "a", "c"),
        Change("programs.dns.prerequisites.os_powered_compute", "b", "d"),
    )
