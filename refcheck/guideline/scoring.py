"""The criteria arithmetic: which capabilities reach the cutoff, and what status that proposes.

A capability's score is the sum of the weights of the criteria it meets. One that needs an
administrator is vetoed: its score is 0. The official files store neither, and some of their
required capabilities are below the cutoff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refcheck.errors import WrongUse
from refcheck.guideline.defects import statuses_of
from refcheck.guideline.model import Capability, Criterion, Guideline, Status


@dataclass(frozen=True, slots=True)
class Score:
    """A capability measured by the criteria.

    Attributes:
        status: what the guideline says now; None when no component lists it.
        met: keys of the criteria it meets, heaviest first.
        unmet: the others.
        points: sum of the weights of `met`, of 100 at most.
        total: `points`, or 0 when vetoed.
        cutoff: what `total` must reach; None when the guideline has no cutoff.
        vetoed: why it cannot be required whatever its points, or "".
        proposed: the status that the arithmetic and the process allow next; None: leave out.
        reason: why, in one sentence.
    """

    capability: str
    status: Status | None
    met: tuple[str, ...]
    unmet: tuple[str, ...]
    points: int
    total: int
    cutoff: int | None
    vetoed: str
    proposed: Status | None
    reason: str


def scores(
    guideline: Guideline,
    *,
    cutoff: int | None = None,
    weights: Mapping[str, int] | None = None,
) -> Iterator[Score]:
    """Score every capability, in the guideline's order.

    Args:
        cutoff: instead of the guideline's own.
        weights: criterion → weight, instead of the guideline's own for these.

    Raises:
        WrongUse: for a weight of a criterion that the guideline does not have.
    """
    given = dict(weights or {})
    for key in given:
        if key not in guideline.criteria:
            raise WrongUse(
                f"guideline {guideline.id} has no criterion {key[:80]!r}",
                next_step=f"Give one of {', '.join(guideline.criteria) or 'none: it has none'}.",
            )
    points = {key: given.get(key, one.weight) for key, one in guideline.criteria.items()}
    limit = guideline.cutoff_score if cutoff is None else cutoff
    listed = statuses_of(guideline)
    for name, capability in guideline.capabilities.items():
        yield _score(capability, listed.get(name), points, limit, guideline.criteria)


def _score(
    capability: Capability,
    status: Status | None,
    weights: Mapping[str, int],
    cutoff: int | None,
    criteria: Mapping[str, Criterion],
) -> Score:
    by_weight = sorted(criteria, key=lambda key: -weights[key])
    met = tuple(key for key in by_weight if key in capability.achievements)
    points = sum(weights[key] for key in met)
    vetoed = "it needs an administrator" if capability.admin else ""
    total = 0 if vetoed else points
    proposed, reason = _proposal(status, total, cutoff, vetoed)
    return Score(
        capability=capability.name,
        status=status,
        met=met,
        unmet=tuple(key for key in by_weight if key not in met),
        points=points,
        total=total,
        cutoff=cutoff,
        vetoed=vetoed,
        proposed=proposed,
        reason=reason,
    )


def _proposal(
    status: Status | None, total: int, cutoff: int | None, vetoed: str
) -> tuple[Status | None, str]:
    """The next status: one step of the process at a time, towards what the score says."""
    if cutoff is None:
        return status, "There is no cutoff to reach, so nothing follows from the score."
    if not vetoed and total >= cutoff:
        return _upwards(status, f"{total} reaches the cutoff {cutoff}")
    why = f"Vetoed: {vetoed}" if vetoed else f"{total} is below the cutoff {cutoff}"
    return _downwards(status, why)


def _upwards(status: Status | None, why: str) -> tuple[Status, str]:
    if status is Status.REQUIRED:
        return Status.REQUIRED, f"{why}; stays required."
    if status in (Status.ADVISORY, Status.DEPRECATED):
        return Status.REQUIRED, f"{why}, and it is {status}; may become required."
    return Status.ADVISORY, f"{why}; must be advisory once before it may become required."


def _downwards(status: Status | None, why: str) -> tuple[Status | None, str]:
    if status is Status.REQUIRED:
        return Status.DEPRECATED, f"{why}; required all the same, so it must be deprecated first."
    if status is Status.DEPRECATED:
        return Status.REMOVED, f"{why}; may be removed."
    if status is Status.ADVISORY:
        return Status.ADVISORY, f"{why}; stays advisory."
    return None, f"{why}; stays out."
