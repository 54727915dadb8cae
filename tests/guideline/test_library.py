"""The built-in guidelines."""

from __future__ import annotations

import re
import time

import pytest

from refcheck.errors import BadGuideline, UnknownGuideline
from refcheck.guideline import library
from refcheck.guideline.model import Status
from refcheck.guideline.reader import read
from refcheck.guideline.sections import EVERYTHING_ELSE, required_sections
from tests.guideline.documents import TEXT_OF_SOUND

CORE = (
    *("2015.03", "2015.04", "2015.05", "2015.07", "2016.01", "2016.08", "2017.01", "2017.09"),
    *("2018.02", "2018.11", "2019.06", "2019.11", "2020.06", "2022.11", "next"),
)
EDITIONS = ("2018.02", "2018.11", "2019.06", "2019.11", "2020.06", "next")


def test_programs_come_before_add_ons_each_with_its_targets():
    programs = library.programs()
    assert list(programs) == [
        *CORE,
        *(f"dns.{edition}" for edition in EDITIONS),
        *(f"orchestration.{edition}" for edition in EDITIONS),
        "scs-0128",
    ]
    assert {programs[one] for one in CORE} == {("platform", "compute", "object")}
    assert programs["dns.next"] == ("dns",)
    assert programs["orchestration.2018.02"] == ("orchestration",)
    assert programs["scs-0128"] == ("scs-0128",)


def test_a_program_that_is_not_of_openstack_gives_no_mark_of_it():
    mark = library.load("scs-0128").programs["scs-0128"].mark
    assert mark.title == "SCS-0128"
    assert mark.wording == "May be said to meet SCS-0128; it is no OpenStack mark."
    assert not mark.product_name


@pytest.mark.parametrize("guideline_id", library.ids())
def test_each_says_its_id_and_where_its_facts_are_from(guideline_id):
    one = library.load(guideline_id)
    assert one.id == guideline_id
    assert one.provenance.startswith(("Official:", "Reconstructed:", "Ours:"))
    assert (one.status == "reconstructed") == one.provenance.startswith("Reconstructed:")


@pytest.mark.parametrize("guideline_id", library.ids())
def test_each_capability_and_section_is_described(guideline_id):
    one = library.load(guideline_id)
    for capability in one.capabilities.values():
        assert re.fullmatch(r"[A-Z].{10,}\.", capability.description), capability.name
        assert capability.project
    for section in one.sections:
        assert section.description.endswith("."), section


AMBIGUOUS = [one for one in CORE if "2015" < one < "2018.03"]
"""The official files before 2018.11 lack ids, or give one id to two names."""


@pytest.mark.parametrize("guideline_id", sorted(set(library.ids()) - set(AMBIGUOUS)))
def test_each_test_has_an_id_and_an_id_has_one_name(guideline_id):
    tests = [t for c in library.load(guideline_id).capabilities.values() for t in c.tests]
    assert all(test.id for test in tests)
    assert len({test.id for test in tests}) == len({(test.id, test.name) for test in tests})


@pytest.mark.parametrize("guideline_id", CORE)
def test_each_required_section_of_the_core_says_where_its_code_is(guideline_id):
    one = library.load(guideline_id)
    for component in one.components.values():
        for project in component.designated[Status.REQUIRED]:
            assert any(section.project == project for section in one.sections)
        sections = required_sections(one, component)
        assert all(section.paths for section in sections)
    assert ("nova", EVERYTHING_ELSE) in [
        (s.project, s.name) for s in required_sections(one, next(iter(one.components.values())))
    ]


def test_a_known_fact_of_2020_06():
    one = library.load("2020.06")
    assert one.replaces == "2019.11"
    assert one.releases == ("stein", "train", "ussuri", "victoria")
    assert one.cutoff_score == 74
    assert sum(criterion.weight for criterion in one.criteria.values()) == 100
    flagged = [t.flag.date for c in one.capabilities.values() for t in c.tests if t.flag]
    assert len(flagged) == 11
    assert flagged.count("2015-05-07") == 4
    assert one.capabilities["networks-l3-CRUD"].admin


def test_words_are_the_same_wherever_the_capability_is_the_same():
    words: dict[str, str] = {}
    for guideline_id in library.ids():
        for capability in library.load(guideline_id).capabilities.values():
            known = words.setdefault(capability.name, capability.description)
            assert capability.description == known, (guideline_id, capability.name)


@pytest.mark.parametrize("guideline_id", library.ids())
def test_each_flag_says_why_in_words(guideline_id):
    for capability in library.load(guideline_id).capabilities.values():
        for flag in [test.flag for test in capability.tests if test.flag]:
            assert re.fullmatch(r"(\[D40\d\] )?[A-Z].+\.", flag.reason), flag
            assert flag.action.endswith("."), flag


@pytest.mark.parametrize("project", ["designate", "heat"])
def test_the_add_ons_say_where_their_code_is(project):
    add_on = {"designate": "dns", "heat": "orchestration"}[project]
    for edition in EDITIONS:
        one = library.load(f"{add_on}.{edition}")
        assert [section.project for section in one.sections] == [project, project]
        assert all(path.startswith(f"{project}/") for s in one.sections for path in s.paths)
        assert all(section.paths for section in one.sections)


def test_a_guideline_that_is_known_is_not_read_again():
    assert library.load("2020.06") is library.load("2020.06")


def test_loading_is_fast():
    library.load("2020.06")
    data = (library.folder() / "2020.06.yaml").read_bytes()
    best = min(_seconds(data) for _ in range(3))
    assert best < 0.15


def _seconds(data: bytes) -> float:
    start = time.process_time()
    read(data, where="2020.06")
    return time.process_time() - start


def test_the_same_file_is_parsed_once():
    assert library.load("2020.06") is library.load("2020.06")


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("2020.6", "2020.06"), ("2022.1", "2022.11"), ("dns.2020", "dns.2020.06")],
)
def test_an_unknown_id_names_the_nearest(wrong, nearest):
    with pytest.raises(UnknownGuideline, match=f"nearest is {re.escape(nearest)}") as caught:
        library.load(wrong)
    assert nearest in caught.value.next_step


def test_a_guideline_may_come_from_a_file(tmp_path):
    file = tmp_path / "own.json"
    file.write_text(TEXT_OF_SOUND)
    assert library.load(str(file)).id == "2030.01"


@pytest.mark.parametrize("name", ["missing.json", "missing.yaml", "folder/missing"])
def test_a_missing_file_is_told_as_such(name):
    with pytest.raises(UnknownGuideline, match="no guideline file"):
        library.load(name)


def test_a_file_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    file = tmp_path / "own.json"
    file.write_text("{}")
    monkeypatch.setattr("pathlib.Path.open", _refuse)
    with pytest.raises(BadGuideline, match="cannot be read"):
        library.load(str(file))


def _refuse(*_args, **_more):
    raise PermissionError(13, "Permission denied")


def test_a_wheel_carries_the_guidelines_inside_the_package(tmp_path, monkeypatch):
    package = tmp_path / "refcheck"
    (package / "_guidelines").mkdir(parents=True)
    monkeypatch.setattr(library, "__file__", str(package / "guideline" / "library.py"))
    assert library.folder() == package / "_guidelines"
    assert library.ids() == ()
