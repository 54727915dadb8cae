"""RefStack's own arithmetic, for comparing: what its result page would say.

Only passes count, and only by the exact name, or else an alias, as it stands in the result. Ids are
not looked at. A program qualifies when as many unflagged required tests passed as there are, and
that is so when there are none. Components of other guidelines, prerequisites, designated code,
waivers and the guideline's status are not looked at. (Source: its resultsReportController.)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from refcheck.guideline.model import ComponentRef, Guideline, Status, Test
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.capability_rule import blockers_of
from refcheck.verdict.inputs import Inputs
from refcheck.verdict.judge import status_notices, timestamp
from refcheck.verdict.listing import Listed, count, listed
from refcheck.verdict.scope import place, program_of
from refcheck.verdict.verdict import (
    CapabilityRule,
    CapabilityVerdict,
    CodeRule,
    Rules,
    TestVerdict,
    Verdict,
)


def judge_as_refstack(
    guideline: Guideline, target: str, outcomes: Iterable[TestOutcome], *, at: datetime
) -> Verdict:
    """Judge as RefStack's result page does; arguments as for `judge`.

    Raises:
        UnknownTarget: where RefStack throws.
    """
    program = program_of(guideline, target)
    seen = tuple(outcomes)
    passed = frozenset(one.name for one in seen if one.outcome is Outcome.PASSED)
    here = [place(guideline, ComponentRef(ref.name), load=None) for ref in program.components]
    scope = listed(guideline, [placed for placed in here if placed])
    capabilities = {one.key: _judge_capability(one, passed) for one in scope}
    counts = count(capabilities.values())
    required = counts[Status.REQUIRED]
    unflagged = required.tests - required.flagged_passed - required.flagged_not_passed
    qualifies = required.passed - required.flagged_passed == unflagged
    names = {test.name for one in guideline.capabilities.values() for test in one.tests}
    names |= {a for one in guideline.capabilities.values() for t in one.tests for a in t.aliases}
    return Verdict(
        guideline_id=guideline.id,
        guideline_sha256=guideline.sha256,
        guideline_status=guideline.status,
        sources={},
        target=target,
        title=program.title,
        components=tuple(ref.name for ref in program.components),
        rules=Rules.REFSTACK,
        qualifies=qualifies,
        capability_rule=CapabilityRule.HELD if qualifies else CapabilityRule.NOT_HELD,
        designated_code_rule=CodeRule.NOT_SHOWN,
        mark=None,
        counts=counts,
        capabilities=capabilities,
        sections=(),
        blockers=blockers_of(capabilities.values(), prerequisite=""),
        waived=(),
        notices=(
            "judged by RefStack's arithmetic: designated code, prerequisites and ids do not count",
            *status_notices(guideline),
        ),
        entries=len(seen),
        matched=sum(one.name in names for one in seen),
        judged_at=timestamp(at),
        inputs=Inputs(seen),
    )


def _judge_capability(one: Listed, passed: frozenset[str]) -> CapabilityVerdict:
    return CapabilityVerdict(
        one.name, one.status, one.keys, tuple(_judge(test, passed) for test in one.tests)
    )


def _judge(test: Test, passed: frozenset[str]) -> TestVerdict:
    found = test.name in passed or not passed.isdisjoint(test.aliases)
    return TestVerdict(
        id=test.id,
        name=test.name,
        outcome=Outcome.PASSED if found else Outcome.UNDECIDED,
        reason="" if found else "not among the passed tests",
        flagged=test.flag is not None,
        waived=False,
    )
