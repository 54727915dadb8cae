"""The designated-code rule: each required section needs evidence that satisfies it."""

from __future__ import annotations

from collections.abc import Iterable

from refcheck.code.evidence import CodeEvidence, SectionState
from refcheck.verdict.scope import Scope
from refcheck.verdict.verdict import NOT_SHOWN, Blocker, CodeRule, SectionVerdict


def judge_sections(scope: Scope, code: CodeEvidence | None) -> tuple[SectionVerdict, ...]:
    """The required sections of the program's own components, each once."""
    if code is None:
        return scope.sections_not_shown
    return tuple(_judge_section(one, code) for one in scope.sections_not_shown)


def _judge_section(not_shown: SectionVerdict, code: CodeEvidence) -> SectionVerdict:
    project, section = not_shown.project, not_shown.section
    evidence = code.of(project, section)
    if evidence is None:
        return not_shown
    detail = evidence.detail
    if evidence.state is SectionState.PATCHED:
        origin = evidence.upstream_change or "no upstream change is named"
        detail = f"{detail} ({origin})" if detail else origin
    return SectionVerdict(project, section, evidence.state.value, evidence.satisfies, detail)


def code_rule(sections: Iterable[SectionVerdict], *, complete: bool) -> CodeRule:
    """Not held when some evidence speaks against a section; not shown when some is lacking.

    Args:
        sections: those that are known to be required.
        complete: whether these are all; a component that was not found may bring more.
    """
    open_states = {section.state for section in sections if not section.satisfied}
    if not complete:
        open_states.add(NOT_SHOWN)
    if not open_states:
        return CodeRule.HELD
    return CodeRule.NOT_SHOWN if open_states == {NOT_SHOWN} else CodeRule.NOT_HELD


def section_blockers(sections: Iterable[SectionVerdict]) -> tuple[Blocker, ...]:
    """A blocker for each section that is not satisfied."""
    return tuple(section.blocker for section in sections if not section.satisfied)
