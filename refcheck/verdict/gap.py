"""What a result that is judged under one guideline would miss in another one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from refcheck.guideline.model import Status
from refcheck.verdict.explain import by_capability
from refcheck.verdict.verdict import Blocker, CapabilityVerdict, Verdict


class Cause(StrEnum):
    """Why a capability is missed in the other guideline."""

    NEWLY_REQUIRED = "newly required"
    NEW_TESTS = "has new tests"
    MISSED_IN_BOTH = "missed in both"


@dataclass(frozen=True, slots=True)
class Missed:
    """A capability that the other guideline requires and the result does not show."""

    capability: str
    cause: Cause
    tests: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """The way from one verdict to another over the same outcomes.

    Attributes:
        missed: what keeps the capability rule of `after` from holding.
        eased: capabilities that only `before` requires.
    """

    before: Verdict
    after: Verdict
    missed: tuple[Missed, ...]
    eased: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "from": _place(self.before),
            "to": _place(self.after),
            "missed": [
                {
                    "capability": one.capability,
                    "cause": one.cause.value,
                    "tests": [blocker.to_json() for blocker in one.tests],
                }
                for one in self.missed
            ],
            "eased": list(self.eased),
        }


def gap_between(before: Verdict, after: Verdict) -> Gap:
    """What `after` misses, and whether `before` had asked for it; both judge the same outcomes."""
    asked, asks = _required(before), _required(after)
    return Gap(
        before=before,
        after=after,
        missed=tuple(
            Missed(name, _cause(asked.get(name), blockers), tuple(blockers))
            for name, blockers in by_capability(after.blockers).items()
        ),
        eased=tuple(name for name in asked if name not in asks),
    )


def _cause(before: CapabilityVerdict | None, blockers: list[Blocker]) -> Cause:
    if before is None:
        return Cause.NEWLY_REQUIRED
    counted = {(test.id, test.name) for test in before.tests if not test.flagged}
    known = {part for test in counted for part in test if part}
    if all(blocker.test in known or blocker.name in known for blocker in blockers):
        return Cause.MISSED_IN_BOTH
    return Cause.NEW_TESTS


def _required(verdict: Verdict) -> dict[str, CapabilityVerdict]:
    return {one.name: one for one in verdict.capabilities.values() if one.status is Status.REQUIRED}


def _place(verdict: Verdict) -> dict[str, str]:
    return {
        "guideline": verdict.guideline_id,
        "sha256": verdict.guideline_sha256,
        "target": verdict.target,
        "capability_rule": verdict.capability_rule.value,
    }
