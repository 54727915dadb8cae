"""The delta verdict: what a narrowed run decided, laid onto a baseline. Pure functions.

What the run was told to leave out is taken over from the baseline, and marked as such: nothing of
it becomes a pass of this run. The capability rule of both together is what a whole run would come
to if nothing else had changed. It is no claim: it qualifies nobody, and carries no mark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from refcheck.guideline.model import Guideline
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.judge import judge
from refcheck.verdict.pairing import Pair, pair
from refcheck.verdict.scope import Load, program_of, scope_of
from refcheck.verdict.verdict import Blocker, CapabilityRule


@dataclass(frozen=True, slots=True)
class Delta:
    """What both say together.

    Attributes:
        decided: tests of the target that the run was not told to leave out.
        taken_over: left out, and in the baseline, whose outcome stands in.
        nowhere: left out, and not in the baseline either.
        rule: the capability rule of both together.
        blockers: what keeps required capabilities from holding then.
    """

    decided: tuple[Pair, ...]
    taken_over: tuple[Pair, ...]
    nowhere: tuple[Pair, ...]
    rule: CapabilityRule
    blockers: tuple[Blocker, ...]

    @property
    def reasons(self) -> Mapping[str, int]:
        """Why tests were left out → how many."""
        return Counter(one.now.left_out for one in (*self.taken_over, *self.nowhere))

    def to_json(self) -> dict[str, Any]:
        """All fields; outcomes by id, or by name without one."""
        return {
            "decided": {_key(one): one.now.outcome.value for one in self.decided},
            "taken_over": {_key(one): _before(one).value for one in self.taken_over},
            "left_out": dict(self.reasons),
            "nowhere": [_key(one) for one in self.nowhere],
            "together": {
                "capability_rule": self.rule.value,
                "blockers": [one.to_json() for one in self.blockers],
            },
            "qualifies": False,
        }


def delta(
    guideline: Guideline,
    target: str,
    now: Iterable[TestOutcome],
    before: Iterable[TestOutcome],
    *,
    at: datetime,
    load: Load | None = None,
) -> Delta:
    """Lay what was seen now onto what was seen before; arguments as for `judge`.

    Raises:
        UnknownTarget: naming the nearest target.
    """
    scope = scope_of(guideline, program_of(guideline, target), load)
    pairs = pair(now, before, scope).pairs
    left = tuple(one for one in pairs if one.now.left_out)
    verdict = judge(guideline, target, map(_together, pairs), at=at, load=load)
    return Delta(
        decided=tuple(one for one in pairs if not one.now.left_out),
        taken_over=tuple(one for one in left if one.before),
        nowhere=tuple(one for one in left if not one.before),
        rule=verdict.capability_rule,
        blockers=tuple(one for one in verdict.blockers if one.kind != "section"),
    )


def _together(one: Pair) -> TestOutcome:
    told = one.before if one.now.left_out and one.before else one.now
    return TestOutcome(one.id, one.name, told.outcome, told.reason)


def _before(one: Pair) -> Outcome:
    return one.before.outcome if one.before else Outcome.UNDECIDED


def _key(one: Pair) -> str:
    return one.id or one.name
