"""The criteria arithmetic, and the status it proposes."""

from __future__ import annotations

import pytest

from refcheck.errors import WrongUse
from refcheck.guideline import library
from refcheck.guideline.scoring import Score, scores
from tests.guideline.documents import load, sound

CRITERIA = {
    key: {"name": key.title(), "weight": weight}
    for key, weight in {"stable": 30, "used": 50, "nice": 20}.items()
}


def scored(status: str, *achievements: str, admin: bool = False, **options) -> Score:
    lists = {status: ["boot"]} if status != "absent" else {}
    tree = sound("components/os_powered_compute/capabilities", lists)
    tree["metadata"]["scoring"]["criteria"] = CRITERIA
    tree["capabilities"]["boot"] |= {"achievements": list(achievements), "admin": admin}
    (score,) = scores(load(tree), **options)
    return score


def test_a_score_is_the_sum_of_the_weights_of_what_is_met():
    score = scored("required", "stable", "used")
    assert (score.points, score.total, score.cutoff) == (80, 80, 74)
    assert score.met == ("used", "stable")
    assert score.unmet == ("nice",)
    assert score.reason == "80 reaches the cutoff 74; stays required."


@pytest.mark.parametrize(
    ("status", "proposed", "reason"),
    [
        ("required", "required", "stays required"),
        ("advisory", "required", "it is advisory; may become required"),
        ("deprecated", "required", "it is deprecated; may become required"),
        ("removed", "advisory", "must be advisory once"),
        ("absent", "advisory", "must be advisory once"),
    ],
)
def test_what_reaches_the_cutoff_goes_up_one_step(status, proposed, reason):
    score = scored(status, "used", "stable")
    assert score.proposed == proposed
    assert reason in score.reason


@pytest.mark.parametrize(
    ("status", "proposed", "reason"),
    [
        ("required", "deprecated", "must be deprecated first"),
        ("advisory", "advisory", "stays advisory"),
        ("deprecated", "removed", "may be removed"),
        ("removed", None, "stays out"),
        ("absent", None, "stays out"),
    ],
)
def test_what_does_not_reach_it_goes_down_one_step(status, proposed, reason):
    score = scored(status, "used", "nice")
    assert score.proposed == proposed
    assert score.reason.startswith("70 is below the cutoff 74; ")
    assert reason in score.reason


def test_the_cutoff_itself_is_enough():
    assert scored("advisory", "used", cutoff=50).proposed == "required"
    assert scored("advisory", "used", cutoff=51).proposed == "advisory"


def test_an_administrators_capability_is_vetoed_whatever_its_points():
    score = scored("advisory", "used", "stable", "nice", admin=True)
    assert (score.points, score.total) == (100, 0)
    assert score.proposed == "advisory"
    assert score.reason == "Vetoed: it needs an administrator; stays advisory."
    assert scored("advisory", "used", admin=True, cutoff=0).proposed == "advisory"


def test_weights_can_be_tried_out():
    assert scored("advisory", "used", weights={"used": 74}).proposed == "required"
    with pytest.raises(WrongUse, match="no criterion 'fun'") as caught:
        scored("advisory", "used", weights={"fun": 1})
    assert caught.value.next_step == "Give one of stable, used, nice."


def test_without_a_cutoff_nothing_is_proposed():
    one = library.load("2015.07")
    assert all(score.proposed == score.status for score in scores(one))


def test_admin_capabilities_of_2020_06_are_vetoed():
    vetoed = [score.capability for score in scores(library.load("2020.06")) if score.vetoed]
    assert vetoed == ["networks-l3-CRUD", "networks-l3-router"]
