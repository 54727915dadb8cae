"""Components that come from another guideline, even where each names the other."""

from __future__ import annotations

from refcheck.errors import UnknownGuideline
from refcheck.guideline.model import Guideline
from refcheck.verdict.judge import judge
from refcheck.verdict.verdict import CapabilityRule
from tests.guideline.documents import load, sound
from tests.verdict.small import AT, all_passed


def vertical(guideline_id: str, *refs: dict) -> Guideline:
    """A guideline whose platform consists of its own component and of those named."""
    tree = sound("metadata/id", guideline_id)
    own = {"name": "os_powered_compute"}
    tree["platforms"]["OpenStack Powered Platform"]["components"] = [own, *refs]
    # A capability whose only test is flagged decides nothing; this one is to decide.
    del tree["capabilities"]["boot"]["tests"]["suite.boot"]["flagged"]
    return load(tree)


def named(source: str) -> dict:
    return {"name": "os_powered_compute", "source": source}


def test_guidelines_that_name_each_other_are_judged_all_the_same():
    one = vertical("a", named("http://example.org/interop/b.json"))
    other = vertical("b", named("a.json"))
    shelf = {"a": one, "b": other}
    verdict = judge(one, "platform", all_passed(one), at=AT, load=shelf.__getitem__)
    assert list(verdict.capabilities) == ["b:boot", "boot"]
    assert verdict.capability_rule is CapabilityRule.HELD


def test_a_guideline_that_names_itself_is_judged_all_the_same():
    one = vertical("a", named("a.json"))
    verdict = judge(one, "platform", all_passed(one), at=AT, load={}.__getitem__)
    assert list(verdict.capabilities) == ["boot"]
    assert verdict.capability_rule is CapabilityRule.HELD


def test_a_source_that_is_not_at_hand_leaves_the_verdict_open():
    def nothing(guideline_id: str) -> Guideline:
        raise UnknownGuideline(guideline_id, next_step="None.")

    one = vertical("a", named("gone.json"))
    verdict = judge(one, "platform", all_passed(one), at=AT, load=nothing)
    assert verdict.capability_rule is not CapabilityRule.HELD
