"""The designated-code rule."""

from __future__ import annotations

import pytest

from refcheck.code.evidence import CodeEvidence, SectionEvidence, SectionState
from refcheck.errors import BadInput
from refcheck.verdict.judge import judge
from refcheck.verdict.verdict import CapabilityRule, CodeRule
from tests.verdict.small import AT, case, guideline, seen

SECTIONS = {
    "glance": {
        "required": {
            "sections": {
                "api": {"designated": True},
                "domain": {"designated": True},
                "stores": {"designated": False},
            }
        }
    },
    "nova": {"required": {"sections": {"drivers": {"designated": False}}}},
    "heat": {"informational": {"sections": {}}},
}
CAPABILITY = {"boot": case(1)}
COMPONENT = {"compute": {"required": ["boot"]}}
GLANCE = guideline(CAPABILITY, COMPONENT, designated={"compute": ["glance"]}, sections=SECTIONS)


def evidence(**states: SectionState | tuple[SectionState, str]) -> CodeEvidence:
    """`api=IDENTICAL` or `api=(PATCHED, "change")`, of glance."""
    return CodeEvidence(
        SectionEvidence("glance", name, *(state if isinstance(state, tuple) else (state,)))
        for name, state in states.items()
    )


def rule(code: CodeEvidence | None) -> CodeRule:
    return judge(GLANCE, "platform", [seen(1)], at=AT, code=code).designated_code_rule


SAME, PATCHED = SectionState.IDENTICAL, SectionState.PATCHED


def test_no_evidence_is_not_a_pass():
    verdict = judge(GLANCE, "platform", [seen(1)], at=AT)
    assert verdict.capability_rule is CapabilityRule.HELD
    assert verdict.designated_code_rule is CodeRule.NOT_SHOWN
    assert not verdict.qualifies
    assert verdict.mark is None
    assert [b.section for b in verdict.blockers] == ["glance: api", "glance: domain"]


def test_identical_code_satisfies():
    assert rule(evidence(api=SAME, domain=SAME)) is CodeRule.HELD


def test_evidence_for_some_sections_only_is_not_shown():
    assert rule(evidence(api=SAME)) is CodeRule.NOT_SHOWN


def test_a_patch_satisfies_only_when_it_names_its_upstream_change():
    assert rule(evidence(api=SAME, domain=(PATCHED, "I0123abc"))) is CodeRule.HELD
    assert rule(evidence(api=SAME, domain=PATCHED)) is CodeRule.NOT_HELD


@pytest.mark.parametrize("state", [SectionState.MISSING, SectionState.REPLACED])
def test_missing_or_replaced_code_is_a_no_even_beside_what_is_not_shown(state):
    assert rule(evidence(api=state)) is CodeRule.NOT_HELD
    assert rule(evidence(api=SAME, domain=(state, "I0123abc"))) is CodeRule.NOT_HELD


def test_a_section_that_is_not_designated_may_be_replaced():
    code = evidence(api=SAME, domain=SAME, stores=SectionState.REPLACED)
    assert rule(code) is CodeRule.HELD


def test_a_project_that_lists_only_what_is_not_designated_is_designated_for_the_rest():
    one = guideline(CAPABILITY, COMPONENT, designated={"compute": ["nova"]}, sections=SECTIONS)
    verdict = judge(one, "platform", [seen(1)], at=AT)
    assert [b.section for b in verdict.blockers] == ["nova: everything else"]
    code = CodeEvidence([SectionEvidence("nova", "everything else", SAME)])
    assert judge(one, "platform", [seen(1)], at=AT, code=code).qualifies


def test_a_required_project_that_the_guideline_does_not_describe_must_be_shown_as_a_whole():
    one = guideline(CAPABILITY, COMPONENT, designated={"compute": ["heat"]}, sections=SECTIONS)
    assert judge(one, "platform", [seen(1)], at=AT).designated_code_rule is CodeRule.NOT_SHOWN


def test_code_alone_does_not_qualify():
    verdict = judge(GLANCE, "platform", [], at=AT, code=evidence(api=SAME, domain=SAME))
    assert verdict.designated_code_rule is CodeRule.HELD
    assert not verdict.qualifies


def test_two_statements_about_a_section_are_refused():
    twice = SectionEvidence("glance", "api", SAME)
    with pytest.raises(BadInput, match="speaks twice"):
        CodeEvidence([twice, twice])
