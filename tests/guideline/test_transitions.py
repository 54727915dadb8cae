"""Steps of a status from one guideline to the next, as the process allows them."""

from __future__ import annotations

import itertools

import pytest

from refcheck.guideline import library
from refcheck.guideline.model import Guideline
from refcheck.guideline.transitions import Legality, Step, steps
from tests.guideline.documents import load, sound

LEGAL = {
    ("absent", "advisory"),
    ("advisory", "required"),
    ("required", "deprecated"),
    ("deprecated", "removed"),
    ("removed", "absent"),
}
UNSAID = {("advisory", "absent"), ("deprecated", "required"), ("advisory", "deprecated")}
WORDS = ("absent", "required", "advisory", "deprecated", "removed")


def guideline(guideline_id: str, **statuses: str) -> Guideline:
    """With the capability `boot` required, and others as given."""
    tree = sound("metadata/id", guideline_id)
    lists = tree["components"]["os_powered_compute"]["capabilities"]
    for name, status in statuses.items():
        if status != "absent":
            lists[status].append(name)
            tree["capabilities"][name] = {"project": "nova", "tests": {}}
    return load(tree)


@pytest.mark.parametrize(("before", "after"), itertools.product(WORDS, WORDS))
def test_every_step_there_is(before, after):
    found = list(steps(guideline("2030.01", it=before), guideline("2030.06", it=after)))
    if before == after:
        assert found == []
        return
    pair = (before, after)
    legality = (
        Legality.LEGAL if pair in LEGAL else Legality.UNSAID if pair in UNSAID else Legality.ILLEGAL
    )
    assert found == [Step("it", before, after, legality)]


def test_before_the_process_nothing_was_illegal():
    (step,) = steps(guideline("2015.05"), guideline("2015.07", it="required"))
    assert step.legality is Legality.BEFORE_PROCESS
    (step,) = steps(guideline("2015.07"), guideline("2016.01", it="required"))
    assert step.legality is Legality.ILLEGAL
    (step,) = steps(guideline("dns.next"), guideline("dns.2018.02", it="required"))
    assert step.legality is Legality.ILLEGAL


def test_a_rename_is_no_step():
    old, new = guideline("2030.01", put="required"), guideline("2030.06", store="required")
    assert len(list(steps(old, new))) == 2
    assert list(steps(old, new, renames=[("put", "store")])) == []


def test_a_renamed_capability_goes_on_from_the_status_it_had():
    old, new = guideline("2030.01", put="advisory"), guideline("2030.06", store="required")
    found = list(steps(old, new, renames=[("put", "store")]))
    assert found == [Step("store", "advisory", "required", Legality.LEGAL, "put")]


def test_a_capability_that_another_takes_in_may_go():
    old = guideline("2030.01", put="required", store="required")
    new = guideline("2030.06", store="required")
    assert [step.legality for step in steps(old, new)] == [Legality.ILLEGAL]
    assert list(steps(old, new, renames=[("put", "store")])) == []


def test_a_part_that_is_split_off_keeps_the_status():
    old = guideline("2030.01", store="required")
    new = guideline("2030.06", store="required", info="required")
    assert list(steps(old, new, renames=[("store", "info")])) == []


def test_a_rename_of_what_is_not_there_changes_nothing():
    old, new = guideline("2030.01"), guideline("2030.06", store="required")
    (step,) = steps(old, new, renames=[("put", "store"), ("boot", "gone")])
    assert step == Step("store", "absent", "required", Legality.ILLEGAL)


APPROVED = [
    one for one in library.ids() if one != "next" and library.load(one).replaces in library.ids()
]


@pytest.mark.parametrize("guideline_id", APPROVED)
def test_no_approved_guideline_takes_an_illegal_step(guideline_id):
    one = library.load(guideline_id)
    found = steps(library.load(one.replaces), one)
    assert [step for step in found if step.legality is Legality.ILLEGAL] == []


def test_without_the_renames_2017_01_takes_four():
    found = steps(library.load("2016.08"), library.load("2017.01"), renames=())
    illegal = [step.capability for step in found if step.legality is Legality.ILLEGAL]
    assert sorted(illegal) == [
        "objectstore-info-request",
        "objectstore-object-put",
        "objectstore-object-upload",
        "objectstore-temp-url-put",
    ]


def test_the_first_guidelines_regrouped_nearly_everything():
    found = list(steps(library.load("2015.05"), library.load("2015.07")))
    assert sum(step.legality is Legality.BEFORE_PROCESS for step in found) == 57
