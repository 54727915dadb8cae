"""The designated-code rule: each required section needs evidence that satisfies it."""

from __future__ import annotations

from collections.abc import Iterable

from refcheck.code.evidence import CodeEvidence, SectionState
from refcheck.guideline.model import DesignatedSection
from refcheck.guideline.sections import required_sections
from refcheck.verdict.scope import Scope
from refcheck.verdict.verdict import Blocker, CodeRule, SectionVerdict

_NOT_SHOWN = "not shown"
_REASONS = {
    _NOT_SHOWN: "there is no evidence about this code",
    SectionState.MISSING.value: "the product does not have this code",
    SectionState.REPLACED.value: "the product runs other code in its place",
}


def judge_sections(scope: Scope, code: CodeEvidence | None) -> tuple[SectionVerdict, ...]:
    """The required sections of the program's own components, each once."""
    sections = {
        (section.project, section.name): section
        for placed in scope.components
        for section in required_sections(placed.home, placed.component)
    }
    return tuple(_judge_section(section, code) for section in sections.values())


def _judge_section(section: DesignatedSection, code: CodeEvidence | None) -> SectionVerdict:
    evidence = code.of(section.project, section.name) if code else None
    if evidence is None:
        return SectionVerdict(section.project, section.name, _NOT_SHOWN, satisfied=False, detail="")
    detail = evidence.detail
    if evidence.state is SectionState.PATCHED:
        origin = evidence.upstream_change or "no upstream change is named"
        detail = f"{detail} ({origin})" if detail else origin
    return SectionVerdict(
        section.project, section.name, evidence.state.value, evidence.satisfies, detail
    )


def code_rule(sections: Iterable[SectionVerdict], *, complete: bool) -> CodeRule:
    """Not held when some evidence speaks against a section; not shown when some is lacking.

    Args:
        sections: those that are known to be required.
        complete: whether these are all; a component that was not found may bring more.
    """
    open_states = {section.state for section in sections if not section.satisfied}
    if not complete:
        open_states.add(_NOT_SHOWN)
    if not open_states:
        return CodeRule.HELD
    return CodeRule.NOT_SHOWN if open_states == {_NOT_SHOWN} else CodeRule.NOT_HELD


def section_blockers(sections: Iterable[SectionVerdict]) -> tuple[Blocker, ...]:
    """A blocker for each section that is not satisfied."""
    return tuple(
        Blocker(
            kind="section",
            outcome=section.state,
            reason=section.detail or _REASONS[section.state],
            section=f"{section.project}: {section.section}",
        )
        for section in sections
        if not section.satisfied
    )
