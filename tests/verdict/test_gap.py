"""What a result would miss in another guideline, and what a change moves."""

from __future__ import annotations

from refcheck.guideline.library import load as load_built_in
from refcheck.result.outcome import Outcome
from refcheck.verdict.gap import Cause, gap_between
from refcheck.verdict.judge import judge
from refcheck.verdict.simulation import Change, simulate
from tests.verdict.small import AT, all_passed, case, guideline, seen

OLD = guideline(
    {"boot": case(1), "stop": case(2), "zone": case(3), "gone": case(5)},
    {"c": {"required": ["boot", "stop", "gone"], "advisory": ["zone"]}},
)
NEW = guideline(
    {"boot": case(1), "stop": case(2) | case(4), "zone": case(3)},
    {"c": {"required": ["boot", "stop", "zone"]}},
    guideline_id="2031.01",
)


def between(*outcomes):
    before, after = (judge(one, "platform", outcomes, at=AT) for one in (OLD, NEW))
    return gap_between(before, after)


def test_each_missed_capability_has_its_cause_and_its_tests():
    found = between(seen(2), seen(3, Outcome.FAILED, "no zone"), seen(5))
    assert [(one.capability, one.cause) for one in found.missed] == [
        ("boot", Cause.MISSED_IN_BOTH),
        ("stop", Cause.NEW_TESTS),
        ("zone", Cause.NEWLY_REQUIRED),
    ]
    assert [b.reason for b in found.missed[2].tests] == ["no zone"]
    assert found.eased == ("gone",)


def test_what_is_shown_is_not_missed():
    assert between(seen(1), seen(2), seen(3), seen(4)).missed == ()


def test_a_test_that_was_flagged_before_is_a_new_one():
    old = guideline({"boot": case(1) | case(2, flagged=True)}, {"c": {"required": ["boot"]}})
    new = guideline({"boot": case(1) | case(2)}, {"c": {"required": ["boot"]}})
    before, after = (judge(one, "platform", [seen(1)], at=AT) for one in (old, new))
    assert [one.cause for one in gap_between(before, after).missed] == [Cause.NEW_TESTS]


def test_a_test_without_an_id_is_known_by_its_name():
    old = guideline({"boot": case(1, bare=True)}, {"c": {"required": ["boot"]}})
    before = after = judge(old, "platform", [], at=AT)
    assert [one.cause for one in gap_between(before, after).missed] == [Cause.MISSED_IN_BOTH]


def test_an_add_on_s_tier_needs_the_library():
    one, base = load_built_in("dns.2020.06"), load_built_in("2020.06")
    change = simulate(one, one, [*all_passed(one), *all_passed(base)], at=AT, load=load_built_in)
    assert change == Change(("dns",), ("dns",))


def test_as_json_it_names_both_sides():
    told = between(seen(2)).to_json()
    assert (told["from"]["guideline"], told["to"]["guideline"]) == ("2030.01", "2031.01")
    assert told["from"]["target"] == told["to"]["target"] == "platform"
    assert told["to"]["sha256"] == NEW.sha256
    assert told["to"]["capability_rule"] == "undecidable"
    assert told["missed"][0]["capability"] == "boot"
    assert told["missed"][0]["cause"] == "missed in both"
    assert told["missed"][0]["tests"][0]["name"] == "suite.test_1"
    assert told["eased"] == ["gone"]


def test_a_changed_guideline_gives_and_takes_tiers():
    def moved(*outcomes):
        return simulate(OLD, NEW, outcomes, at=AT, load=load_built_in)

    assert moved(seen(1), seen(2), seen(5)) == Change(("platform",), ())
    assert moved(seen(1), seen(2), seen(5)).lost == ("platform",)
    gaining = moved(seen(1), seen(2), seen(3), seen(4))
    assert (gaining.gained, gaining.lost) == (("platform",), ())
    assert moved() == Change((), ())


def test_the_same_built_in_guideline_moves_nothing():
    one = load_built_in("2020.06")
    change = simulate(one, one, all_passed(one), at=AT, load=load_built_in)
    assert change.before == change.after == ("platform", "compute", "object")
