"""The judge: a pure function of guideline, outcomes, code evidence, waivers and a given time.

A program's capability rule holds when every required capability of its components holds; an
add-on's when those of its prerequisite components hold too. The designated-code rule holds when
each required designated section of the program's own components has evidence that satisfies it.
A product qualifies when both hold. The mark is the judged target's; `highest` finds the highest
of several verdicts. A mark can be claimed under an approved (or superseded) guideline only.

Verdicts are ordered by `qualifies`, then by the capabilities that hold: `not held` and
`undecidable` are both a no, told apart for people (an exit code, a retry).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from refcheck.code.evidence import CodeEvidence
from refcheck.guideline.model import Guideline, Mark, Program
from refcheck.result.outcome import TestOutcome
from refcheck.verdict.capability_rule import (
    blockers_of,
    capability_rule,
    judge_capabilities,
    missing_blockers,
    nothing_to_hold,
    waived_tests,
    waivers_that_count,
)
from refcheck.verdict.code_rule import code_rule, judge_sections, section_blockers
from refcheck.verdict.exceptions import Exceptions
from refcheck.verdict.inputs import Inputs
from refcheck.verdict.scope import Load, program_of, scope_of
from refcheck.verdict.seen import Seen
from refcheck.verdict.verdict import (
    CapabilityRule,
    CapabilityVerdict,
    CodeRule,
    Rules,
    Verdict,
)
from refcheck.verdict.waiver import Waiver

_MARK_STATUSES = frozenset({"approved", "superseded"})


def judge(
    guideline: Guideline,
    target: str,
    outcomes: Iterable[TestOutcome],
    *,
    at: datetime,
    code: CodeEvidence | None = None,
    waivers: Iterable[Waiver] = (),
    product: str | None = None,
    load: Load | None = None,
) -> Verdict:
    """Judge outcomes against one program of a guideline.

    Args:
        guideline: the rules.
        target: short name of the program, such as `platform`.
        outcomes: what was seen, in any order.
        at: the time of judging, with its time zone; decides which waivers have expired.
        code: what is known about the code that runs.
        waivers: exceptions; those of another product or guideline do nothing.
        product: name of the product, which waivers are granted to.
        load: gives other guidelines by id, for components that are defined there.

    Raises:
        UnknownTarget: naming the nearest target.
    """
    program = program_of(guideline, target)
    scope = scope_of(guideline, program, load)
    seen = Seen.of(outcomes)
    matches = seen.matches(scope.homes)
    exceptions = Exceptions(waivers, product, at)
    own = judge_capabilities(scope.own, matches, exceptions)
    base = {
        name: judge_capabilities(several, matches, exceptions)
        for name, several in scope.base.items()
    }
    capabilities: dict[str, CapabilityVerdict] = {}
    for each in (*base.values(), own):
        capabilities |= each.capabilities
    sections = judge_sections(scope, code)
    blockers = (
        *(nothing_to_hold(scope.own.all_passed.values()) if scope.complete else ()),
        *missing_blockers(scope),
        *blockers_of(own.open.values(), prerequisite=""),
        *(
            blocker
            for name, each in base.items()
            for blocker in blockers_of(each.open.values(), prerequisite=name)
        ),
    )
    capability = capability_rule(blockers)
    designated = code_rule(sections, complete=scope.complete)
    qualifies = capability is CapabilityRule.HELD and designated is CodeRule.HELD
    return Verdict(
        guideline_id=guideline.id,
        guideline_sha256=guideline.sha256,
        guideline_status=guideline.status,
        sources={home.id: home.sha256 for home in scope.homes if home.id != guideline.id},
        target=target,
        title=program.title,
        components=tuple(ref.name for ref in program.components),
        rules=Rules.REFCHECK,
        qualifies=qualifies,
        capability_rule=capability,
        designated_code_rule=designated,
        mark=_mark(guideline, program) if qualifies else None,
        counts=own.counts,
        capabilities=capabilities,
        sections=sections,
        blockers=(*blockers, *section_blockers(sections)),
        waived=waived_tests(scope, capabilities, exceptions),
        notices=(*status_notices(guideline), *matches.notices, *exceptions.notices()),
        entries=matches.entries,
        matched=matches.matched,
        judged_at=timestamp(at),
        inputs=Inputs(
            outcomes=seen,
            code=code.statements if code else None,
            product=product,
            waivers=waivers_that_count(scope, capabilities, exceptions),
        ),
    )


def judge_all(
    guideline: Guideline,
    outcomes: Iterable[TestOutcome],
    *,
    at: datetime,
    code: CodeEvidence | None = None,
    waivers: Iterable[Waiver] = (),
    product: str | None = None,
    load: Load | None = None,
) -> dict[str, Verdict]:
    """The verdict for each target of a guideline; arguments as for `judge`."""
    seen, exceptions = Seen.of(outcomes), tuple(waivers)
    return {
        target: judge(
            guideline,
            target,
            seen,
            at=at,
            code=code,
            waivers=exceptions,
            product=product,
            load=load,
        )
        for target in guideline.programs
    }


def highest(verdicts: Mapping[str, Verdict]) -> Verdict | None:
    """Of the verdicts that qualify, the one with most components; the first named of equals."""
    qualifying = [verdict for verdict in verdicts.values() if verdict.qualifies]
    return max(qualifying, key=lambda verdict: len(verdict.components), default=None)


def status_notices(guideline: Guideline) -> tuple[str, ...]:
    """What must be said of a guideline under which no mark can be claimed."""
    if guideline.status in _MARK_STATUSES:
        return ()
    return (f"guideline {guideline.id} is {guideline.status}: no mark can be claimed under it",)


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC, whole seconds.

    Raises:
        ValueError: when the time has no zone.
    """
    if at.tzinfo is None:
        message = "the time of judging has no time zone"
        raise ValueError(message)
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _mark(guideline: Guideline, program: Program) -> Mark | None:
    return program.mark if guideline.status in _MARK_STATUSES else None
