"""What a verdict was reached from, beside the guidelines: enough to judge again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from refcheck.code.evidence import SectionEvidence
from refcheck.result.outcome import TestOutcome
from refcheck.verdict.seen import Seen
from refcheck.verdict.waiver import Waiver


@dataclass(frozen=True, slots=True)
class Inputs:
    """The judge's arguments.

    Attributes:
        outcomes: what was seen.
        code: what was known about the code; None when nothing was given.
        product: whose waivers could count, or None.
        waivers: those without which the verdict would read otherwise.
    """

    outcomes: tuple[TestOutcome, ...]
    code: tuple[SectionEvidence, ...] | None = None
    product: str | None = None
    waivers: tuple[Waiver, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As in the verdict document: the outcomes by their digest, the rest whole.

        A waiver's inner `reason` is left out: it decides nothing, and it is not public.
        """
        return {
            "outcomes": {"sha256": Seen.of(self.outcomes).sha256},
            "code": None
            if self.code is None
            else [asdict(one) for one in sorted(self.code, key=_section)],
            "product": self.product,
            "waivers": sorted(map(_waiver, self.waivers), key=lambda one: sorted(one.items())),
        }


def _section(one: SectionEvidence) -> tuple[str, str]:
    return one.project, one.section


def _waiver(one: Waiver) -> dict[str, str]:
    return {
        "guideline": one.guideline,
        "product": one.product,
        "capability": one.capability,
        "test": one.test,
        "public": one.public,
        "approver": one.approver,
        "expires": one.expires.isoformat(),
    }
