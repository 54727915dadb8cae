"""Two judges, written apart, agree."""

from __future__ import annotations

from dataclasses import astuple

from hypothesis import given, settings
from hypothesis import strategies as st

from refcheck.verdict.judge import judge
from refcheck.verdict.verdict import CapabilityRule
from tests.verdict.generated import documents, results
from tests.verdict.second_scorer import score
from tests.verdict.small import AT, load


@settings(max_examples=400)
@given(documents(), st.sampled_from(["platform", "compute"]), results)
def test_both_scorers_agree(document, target, outcomes):
    verdict = judge(load(document), target, outcomes, at=AT)
    qualifies, counts = score(document, target, [(o.id, o.name, o.outcome.value) for o in outcomes])
    assert (verdict.capability_rule is CapabilityRule.HELD) == qualifies
    assert {status.value: astuple(one) for status, one in verdict.counts.items()} == counts
