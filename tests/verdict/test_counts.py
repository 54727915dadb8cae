"""The built-in guidelines have the counts that are published for them."""

from __future__ import annotations

import pytest

from refcheck.guideline.library import load
from refcheck.guideline.model import Status
from refcheck.verdict.counts import Counts
from refcheck.verdict.judge import judge
from refcheck.verdict.refstack import judge_as_refstack
from refcheck.verdict.verdict import CapabilityRule, CodeRule
from tests.verdict.small import AT, all_passed

COUNTS = [
    # guideline, target: required capabilities, their tests, the unflagged of these
    ("2019.11", "platform", 78, 286, 275),
    ("2019.11", "compute", 60, 228, 217),
    ("2019.11", "object", 20, 60, 60),
    ("2020.06", "platform", 78, 286, 275),
    ("2020.06", "compute", 60, 228, 217),
    ("2020.06", "object", 20, 60, 60),
    ("2022.11", "platform", 83, 339, 330),
    ("2022.11", "compute", 64, 276, 267),
    ("2022.11", "object", 21, 65, 65),
    ("dns.2020.06", "dns", 2, 10, 10),
    ("orchestration.2020.06", "orchestration", 23, 60, 60),
]


@pytest.mark.parametrize(("guideline_id", "target", "capabilities", "tests", "unflagged"), COUNTS)
def test_counts_per_target(guideline_id, target, capabilities, tests, unflagged):
    guideline = load(guideline_id)
    nothing = judge(guideline, target, [], at=AT, load=load)
    own = [one for name, one in nothing.capabilities.items() if ":" not in name]
    assert sum(one.status is Status.REQUIRED for one in own) == capabilities
    assert nothing.counts[Status.REQUIRED] == Counts(tests, 0, 0, tests - unflagged)
    everything = judge(guideline, target, all_passed(guideline), at=AT, load=load)
    assert everything.counts[Status.REQUIRED] == Counts(tests, tests, tests - unflagged, 0)
    assert judge_as_refstack(guideline, target, [], at=AT).counts == nothing.counts
    assert judge_as_refstack(guideline, target, all_passed(guideline), at=AT).qualifies


@pytest.mark.parametrize("target", ["platform", "compute", "object"])
def test_all_tests_passed_holds_every_capability_and_leaves_the_code_to_be_shown(target):
    guideline = load("2020.06")
    verdict = judge(guideline, target, all_passed(guideline), at=AT)
    assert verdict.capability_rule is CapabilityRule.HELD
    assert verdict.designated_code_rule is CodeRule.NOT_SHOWN
    assert not verdict.qualifies
