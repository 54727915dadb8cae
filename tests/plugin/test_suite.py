"""The suite as data: what is implemented, and the digest that shows it was not changed."""

import re

import pytest

from refcheck.guideline import library
from refcheck.plugin import suite
from refcheck.plugin.selection import select


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "compute").mkdir()
    (tmp_path / "compute" / "test_a.py").write_text(
        '@idempotent_id("one")\ndef test_x(): ...\n\ndef test_unmarked(): ...\n'
    )
    return tmp_path


def test_ids_are_read_from_the_source(folder):
    assert suite.implemented(folder) == {"one": "compute/test_a.py::test_x"}


@pytest.mark.parametrize(
    "nodeid",
    [
        "compute/test_a.py::test_x",
        "capabilities/compute/test_a.py::test_x",
        "a/b/compute/test_a.py::test_x[1]",
    ],
)
def test_a_place_is_the_same_from_every_root(nodeid):
    assert suite.place(nodeid) == "compute/test_a.py::test_x"


def test_the_digest_changes_with_any_test_file(folder):
    before = suite.digest(folder)
    assert suite.digest(folder) == before
    (folder / "compute" / "test_a.py").write_text("")
    changed = suite.digest(folder)
    (folder / "compute" / "test_b.py").write_text("")
    assert len({before, changed, suite.digest(folder)}) == 3


def test_every_id_of_the_suite_is_a_test_of_a_guideline():
    known = {
        test.id
        for name in library.ids()
        for capability in library.load(name).capabilities.values()
        for test in capability.tests
    }
    assert set(suite.implemented(suite.folder())) <= known


WHOLE = ("2020.06", "2022.11", "scs-0128")
"""Guidelines whose every test the suite has, for every target."""


def test_every_file_of_the_suite_is_named_after_the_capability_that_its_tests_decide():
    by_id = {}
    for guideline in map(library.load, WHOLE):
        for capability in guideline.capabilities.values():
            for test in capability.tests:
                by_id.setdefault(test.id, set()).add(re.sub(r"\W", "_", capability.name.lower()))
    for test_id, place in suite.implemented(suite.folder()).items():
        stem = place.partition("/")[2].partition(".py")[0].removeprefix("test_")
        endings = {name.partition("_")[2] for name in by_id[test_id]}
        # A capability with many tests has a file for each aspect of it.
        assert any(stem == name or stem.startswith(f"{name}_") for name in endings), place


@pytest.mark.parametrize("name", WHOLE)
def test_the_suite_has_every_test_of_a_guideline_that_is_in_use(name):
    guideline = library.load(name)
    wanted = {test.id for target in guideline.programs for test in select(guideline, target, set())}
    assert len(wanted) > 150
    assert wanted <= set(suite.implemented(suite.folder()))
