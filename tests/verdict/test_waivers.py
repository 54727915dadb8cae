"""Waivers turn a named blocker into a waived one, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from refcheck.errors import BadInput
from refcheck.result.outcome import Outcome
from refcheck.verdict.judge import judge
from refcheck.verdict.waiver import Waiver
from tests.verdict.small import AT, case, guideline, seen, uuid

ONE = guideline(
    {"boot": case(1) | case(2), "stop": case(2) | case(3)}, {"c": {"required": ["boot", "stop"]}}
)
FAILING = [seen(1), seen(2, Outcome.EXTRA, "an undeclared key"), seen(3)]
WAIVER = Waiver(
    guideline="2030.01",
    product="Cloud 9",
    capability="",
    test=uuid(2),
    reason="agreed on 3 May",
    public="extra keys of API 2.0",
    approver="staff",
    expires=AT + timedelta(days=1),
)


def judged(*waivers: Waiver, product: str | None = "Cloud 9"):
    return judge(ONE, "platform", FAILING, at=AT, waivers=waivers, product=product)


def test_a_waived_test_no_longer_blocks_and_is_listed():
    verdict = judged(WAIVER)
    assert verdict.qualifies
    told = verdict.to_json()["waived"]
    assert [(w["capability"], w["test"], w["waiver"]) for w in told] == [
        ("boot", uuid(2), "extra keys of API 2.0"),
        ("stop", uuid(2), "extra keys of API 2.0"),
    ]
    assert verdict.to_json()["capabilities"]["boot"]["tests"][uuid(2)] == "extra"
    assert verdict.to_json()["capabilities"]["boot"]["waived"] == [uuid(2)]


@pytest.mark.parametrize("written", [uuid(2), f"id-{uuid(2).upper()}", "suite.test_2"])
def test_a_test_is_named_by_id_or_by_name(written):
    assert judged(replace(WAIVER, test=written)).qualifies


def test_a_capability_waiver_covers_that_capability_only():
    verdict = judged(replace(WAIVER, test="", capability="boot"))
    assert verdict.capabilities["boot"].holds
    assert [b.capability for b in verdict.blockers] == ["stop"]


def test_with_capability_and_test_both_must_fit():
    verdict = judged(replace(WAIVER, capability="boot"))
    assert [b.capability for b in verdict.blockers] == ["stop"]
    assert not judged(replace(WAIVER, capability="boot", test=uuid(1))).waived


@pytest.mark.parametrize(
    "other",
    [
        replace(WAIVER, guideline="2029.01"),
        replace(WAIVER, product="Cloud 10"),
        replace(WAIVER, test=uuid(7)),
        replace(WAIVER, test="suite.test_22"),
        replace(WAIVER, test="", capability="network"),
    ],
)
def test_a_waiver_out_of_scope_does_nothing(other):
    assert judged(other).canonical() == judged().canonical()


def test_a_waiver_does_nothing_when_the_product_is_not_known():
    assert not judged(WAIVER, product=None).waived


@pytest.mark.parametrize("end", [AT, AT - timedelta(seconds=1)])
def test_an_expired_waiver_does_nothing_and_it_is_told(end):
    verdict = judged(replace(WAIVER, expires=end))
    assert not verdict.qualifies
    assert not verdict.waived
    assert "expired" in verdict.notices[0]


def test_a_waiver_does_not_give_a_target_something_to_hold():
    one = guideline({"boot": {}}, {"c": {"required": ["boot"]}})
    waiver = replace(WAIVER, test="", capability="boot")
    assert not judge(one, "platform", [], at=AT, waivers=[waiver], product="Cloud 9").qualifies


def test_of_several_waivers_the_one_that_lasts_longest_is_listed_in_any_order():
    longer = replace(WAIVER, expires=AT + timedelta(days=9), public="longer")
    for several in ([WAIVER, longer], [longer, WAIVER]):
        assert {w.waiver.public for w in judged(*several).waived} == {"longer"}


@pytest.mark.parametrize("field", ["guideline", "product", "test"])
def test_a_waiver_without_scope_is_refused(field):
    with pytest.raises(BadInput, match="must name"):
        replace(WAIVER, **{field: ""})


def test_a_waiver_needs_a_time_zone():
    with pytest.raises(BadInput, match="time zone"):
        replace(WAIVER, expires=AT.replace(tzinfo=None))
