"""Add-ons: prerequisites in another guideline, and components that live elsewhere."""

from __future__ import annotations

import pytest

from refcheck.errors import UnknownGuideline
from refcheck.guideline.library import load as load_built_in
from refcheck.guideline.model import Status
from refcheck.result.outcome import Outcome
from refcheck.verdict.counts import Counts
from refcheck.verdict.judge import judge
from refcheck.verdict.verdict import CapabilityRule, CodeRule
from tests.verdict.small import AT, all_passed, case, document, guideline, load, seen, uuid

BASE = guideline(
    {"boot": case(1), "extra": case(2), "zone": case(3)},
    {"os_powered_compute": {"required": ["boot"], "advisory": ["extra"]}},
)


def addon(source: str | None = "http://example.org/interop/2030.01.json"):
    tree = document(
        {"zone": case(4)}, {"os_powered_dns": {"required": ["zone"]}}, guideline_id="dns.2030.01"
    )
    del tree["platforms"]
    needed = {"name": "os_powered_compute"} | ({"source": source} if source else {})
    tree["add-ons"] = {
        "DNS": {
            "components": [{"name": "os_powered_dns"}],
            "required_platform_components": [needed],
        }
    }
    return load(tree)


def library(guideline_id: str):
    if guideline_id != BASE.id:
        raise UnknownGuideline(guideline_id, next_step="")
    return BASE


def judged(*outcomes, one=None, load=library):
    return judge(one or addon(), "dns", outcomes, at=AT, load=load)


def test_an_add_on_holds_with_its_prerequisite():
    verdict = judged(seen(1), seen(4))
    assert verdict.qualifies
    assert verdict.mark.title == "OpenStack Powered with DNS"
    assert verdict.sources == {"2030.01": BASE.sha256}


def test_a_prerequisite_that_does_not_hold_blocks_the_add_on():
    verdict = judged(seen(1, Outcome.FAILED, "no host"), seen(4))
    assert verdict.capability_rule is CapabilityRule.NOT_HELD
    assert [b.to_json() for b in verdict.blockers] == [
        {
            "kind": "prerequisite",
            "prerequisite": "os_powered_compute",
            "capability": "boot",
            "test": uuid(1),
            "name": "suite.test_1",
            "outcome": "failed",
            "reason": "no host",
        }
    ]


def test_only_required_capabilities_of_a_prerequisite_decide_and_they_are_not_counted():
    verdict = judged(seen(1), seen(4))
    assert set(verdict.capabilities) == {"zone", "2030.01:boot"}
    assert verdict.counts[Status.REQUIRED] == Counts(1, 1, 0, 0)


def test_capabilities_of_the_same_name_in_two_guidelines_are_not_mixed_up():
    assert judged(seen(1), seen(3)).capability_rule is CapabilityRule.UNDECIDABLE


@pytest.mark.parametrize(
    ("one", "load", "reason"),
    [
        (addon(), None, "its guideline 2030.01 is not at hand"),
        (addon("dns.2029.01.json"), library, "its guideline dns.2029.01 is not at hand"),
    ],
)
def test_a_prerequisite_that_is_not_at_hand_is_undecidable(one, load, reason):
    verdict = judged(seen(1), seen(4), one=one, load=load)
    assert verdict.capability_rule is CapabilityRule.UNDECIDABLE
    assert [(b.prerequisite, b.reason) for b in verdict.blockers] == [
        ("os_powered_compute", reason)
    ]


def test_a_program_may_take_a_component_from_another_guideline():
    tree = document({"zone": case(4)}, {"own": {"required": ["zone"]}}, guideline_id="nfv.2030.01")
    refs = tree["platforms"]["OpenStack Powered Platform"]["components"]
    refs.append({"name": "os_powered_compute", "source": "2030.01.json"})
    one = load(tree)
    verdict = judge(one, "platform", [seen(1), seen(4)], at=AT, load=library)
    assert verdict.qualifies
    assert verdict.counts[Status.REQUIRED] == Counts(2, 2, 0, 0)
    assert verdict.counts[Status.ADVISORY] == Counts(1, 0, 0, 0)
    assert not judge(one, "platform", [seen(4)], at=AT, load=library).qualifies


def test_a_program_whose_component_is_not_at_hand_is_open_not_refused():
    tree = document({"zone": case(4)}, {"own": {}}, guideline_id="nfv.2030.01")
    refs = tree["platforms"]["OpenStack Powered Platform"]["components"]
    refs.append({"name": "os_powered_compute", "source": "2030.01.json"})
    verdict = judge(load(tree), "platform", [seen(4)], at=AT)
    assert verdict.capability_rule is CapabilityRule.UNDECIDABLE
    assert verdict.designated_code_rule is CodeRule.NOT_SHOWN
    assert [b.prerequisite for b in verdict.blockers] == ["os_powered_compute"]


@pytest.mark.parametrize("addon_id", ["dns.2020.06", "orchestration.2020.06"])
def test_the_real_add_ons_need_the_compute_cloud(addon_id):
    one = load_built_in(addon_id)
    target = addon_id.partition(".")[0]
    alone = judge(one, target, all_passed(one), at=AT, load=load_built_in)
    assert {b.prerequisite for b in alone.blockers if b.kind != "section"} == {"os_powered_compute"}
    assert sum(b.kind == "prerequisite" for b in alone.blockers) == 217
    both = [*all_passed(one), *all_passed(load_built_in("2020.06"))]
    verdict = judge(one, target, both, at=AT, load=load_built_in)
    assert verdict.capability_rule is CapabilityRule.HELD
    assert verdict.designated_code_rule is CodeRule.NOT_SHOWN
