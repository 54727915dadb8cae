"""The library against official files: small ones made here, the real ones where they are at hand.

Set REFCHECK_OFFICIAL_GUIDELINES to a folder of official files to run the last test.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from refcheck.errors import BadGuideline, BadInput
from refcheck.guideline import library
from refcheck.guideline.facts import Change, facts
from refcheck.guideline.official import compare_folder
from tests.guideline.documents import TEXT_OF_SOUND, sound

OFFICIAL = os.environ.get("REFCHECK_OFFICIAL_GUIDELINES", "")


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A library of one guideline, 2030.01, and a folder for official files."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "2030.01.yaml").write_text(TEXT_OF_SOUND)
    monkeypatch.setattr(library, "folder", lambda: tmp_path / "library")
    (tmp_path / "official").mkdir()
    return tmp_path / "official"


def write(folder: Path, tree: dict, name: str = "2030.01.json") -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(tree))


def test_the_same_facts_are_no_difference(shelf):
    write(shelf, sound("capabilities/boot/description", "In other words."))
    (one,) = compare_folder(shelf)
    assert one.differences == ()
    assert one.facts == len(facts(library.load("2030.01"))) == 20


TEST = "capabilities/boot/tests/suite.boot"
LOST = "capabilities.boot.tests.suite.boot"


@pytest.mark.parametrize(
    ("path", "value", "change"),
    [
        (f"{TEST}/idempotent_id", "", (f"{LOST}.id", "", "4a4735a7-f22f-49b6-b0d9-66e1ef7453eb")),
        (f"{TEST}/aliases", [], (f"{LOST}.aliases", "", "old.boot")),
        (f"{TEST}/flagged", ..., (f"{LOST}.flag", "not flagged", "flagged D401 2029-02-03")),
        (
            f"{TEST}/flagged/date",
            "2029-02-04",
            (f"{LOST}.flag", "flagged D401 2029-02-04", "flagged D401 2029-02-03"),
        ),
        (
            f"{TEST}/flagged/reason",
            "[D402] Bug.",
            (f"{LOST}.flag", "flagged D402 2029-02-03", "flagged D401 2029-02-03"),
        ),
        ("capabilities/boot/admin", True, ("capabilities.boot.admin", "true", "false")),
        ("capabilities/boot/project", "ironic", ("capabilities.boot.project", "ironic", "nova")),
        (
            "capabilities/boot/required_since",
            "2020.06",
            ("capabilities.boot.required_since", "2020.06", "2029.01"),
        ),
        ("capabilities/boot/achievements", [], ("capabilities.boot.achievements", "", "atomic")),
        ("metadata/scoring/cutoff_score", 60, ("cutoff_score", "60", "74")),
        ("metadata/scoring/criteria/atomic/weight", 7, ("criteria.atomic.weight", "7", "6")),
        ("metadata/os_trademark_approval/status", "draft", ("status", "draft", "approved")),
        (
            "components/os_powered_compute/capabilities",
            {"advisory": ["boot"]},
            ("components.os_powered_compute.capabilities.boot", "advisory", "required"),
        ),
        (
            "components/os_powered_compute/designated_sections",
            {},
            ("components.os_powered_compute.designated.nova", None, "required"),
        ),
        (
            "designated_sections/nova/required/sections/driver/designated",
            True,
            ("sections.nova.required.driver", "designated", "not designated"),
        ),
    ],
)
def test_each_lost_or_changed_fact_is_found(shelf, path, value, change):
    write(shelf, sound(path, value))
    (one,) = compare_folder(shelf)
    assert one.differences == (Change(*change),)


def test_a_file_that_bears_the_id_of_another_is_known_by_its_name(shelf):
    write(shelf, sound("metadata/id", "next"), "add-ons/2030.01.json")
    (one,) = compare_folder(shelf)
    assert (one.id, one.corrected, one.differences) == ("2030.01", "next", ())


def test_an_official_file_that_the_library_lacks_is_all_difference(shelf):
    write(shelf, sound(), "2031.01.json")
    (one,) = compare_folder(shelf)
    assert len(one.differences) == one.facts
    assert all(change.after is None for change in one.differences)


def test_only_the_section_for_the_rest_of_a_project_may_be_added(shelf):
    tree = sound()
    write(shelf, tree)
    sections = tree["designated_sections"]["nova"]["required"]["sections"]
    sections["everything else"] = {"designated": True}
    (library.folder() / "2030.01.yaml").write_text(json.dumps(tree))
    (one,) = compare_folder(shelf)
    assert one.differences == ()
    sections["more"] = {"designated": True}
    (library.folder() / "2030.01.yaml").write_text(json.dumps(tree))
    (one,) = compare_folder(shelf)
    assert one.differences == (Change("sections.nova.required.more", None, "designated"),)


def test_a_folder_without_guidelines_is_told(tmp_path):
    with pytest.raises(BadInput, match="no guideline file"):
        list(compare_folder(tmp_path))


def test_a_broken_official_file_is_told_with_its_path(shelf):
    (shelf / "2030.01.json").write_text("{")
    with pytest.raises(BadGuideline) as caught:
        list(compare_folder(shelf))
    assert caught.value.where.endswith("2030.01.json")


@pytest.mark.skipif(not OFFICIAL, reason="REFCHECK_OFFICIAL_GUIDELINES names no folder")
def test_the_library_loses_nothing_of_the_real_files():
    compared = list(compare_folder(Path(OFFICIAL)))
    assert {one.id for one in compared} == set(library.ids()) - {"2022.11", "scs-0128"}
    assert [replace(one, facts=0) for one in compared if one.differences] == []
