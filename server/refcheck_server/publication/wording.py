"""What may be said about a verdict, in words that promise no more than it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, TypeVar

from refcheck.claim.badge import draw
from refcheck_server.results.models import AnyVerdict, ShownVerdict, StoredVerdict
from refcheck_server.results.standings import strength

AVerdict = TypeVar("AVerdict", StoredVerdict, ShownVerdict)
_APPROVED = frozenset({"approved", "superseded"})


class Judged(Protocol):
    """A verdict, wherever it is kept: see `results.models.StoredVerdict`."""

    @property
    def target(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def qualifies(self) -> bool: ...
    @property
    def capability_rule(self) -> str: ...
    @property
    def designated_code_rule(self) -> str: ...
    @property
    def mark(self) -> str | None: ...
    @property
    def guideline_status(self) -> str: ...
    @property
    def required_tests(self) -> int: ...
    @property
    def required_passed(self) -> int: ...


class Level(IntEnum):
    """How far a verdict goes, lowest first."""

    NOT_HELD = 0
    UNDECIDED = 1
    CAPABILITIES_HELD = 2
    QUALIFIES = 3


@dataclass(frozen=True, slots=True)
class Statement:
    """A verdict in words.

    Attributes:
        tone: `good`, `part`, `open` or `bad`: a style, never the only carrier of the meaning.
        symbol: stands beside the words.
        headline: a few words.
        sentence: what it rests on.
        short: for a badge.
    """

    tone: str
    symbol: str
    headline: str
    sentence: str
    short: str


def level(verdict: Judged) -> Level:
    """How far this verdict goes."""
    if verdict.qualifies:
        return Level.QUALIFIES
    if verdict.capability_rule == "held":
        return Level.CAPABILITIES_HELD
    return Level.UNDECIDED if verdict.capability_rule == "undecidable" else Level.NOT_HELD


def highest(verdicts: Iterable[AVerdict]) -> AVerdict | None:
    """The verdict that says most: by level, then platform before its parts before add-ons."""
    return max(verdicts, key=_strength, default=None)


def _strength(verdict: Judged) -> int:
    rule = verdict.capability_rule
    return strength(verdict.target, qualifies=verdict.qualifies, capability_rule=rule)


def statement(verdict: Judged | None) -> Statement:
    """What to say about a verdict; None when there is none yet."""
    if verdict is None:
        return Statement(
            "open",
            "○",
            "Not decided",
            "No complete run of this cloud has come in yet.",
            "not decided",
        )
    passed = f"{verdict.required_passed} of {verdict.required_tests} required tests passed"
    match level(verdict):
        case Level.QUALIFIES:
            return _qualifies(verdict)
        case Level.CAPABILITIES_HELD:
            code = verdict.designated_code_rule
            return Statement(
                "part",
                "◐",
                f"Capabilities held, designated code {code}",
                f"Every required capability holds. That the designated code runs is {code}, "
                "so no mark may be claimed.",
                f"{verdict.target}: capabilities held, code {code}",
            )
        case Level.UNDECIDED:
            return Statement(
                "open",
                "○",
                "Not decided",
                f"{passed}; nothing failed for certain, but required tests have no answer.",
                "not decided",
            )
        case Level.NOT_HELD:
            return Statement(
                "bad", "✕", "Does not qualify", f"{passed}.", f"{verdict.target}: not qualified"
            )


def _qualifies(verdict: Judged) -> Statement:
    if verdict.mark is not None:
        return Statement(
            "good",
            "✓",
            verdict.mark,
            "Every required capability holds and the designated code is shown to run.",
            verdict.mark.removeprefix("OpenStack "),
        )
    return Statement(
        "part",
        "◐",
        "Both rules hold, no mark",
        f"The guideline is {verdict.guideline_status}: marks are given under approved ones only.",
        f"{verdict.target}: both rules hold, no mark",
    )


def claim_wording(verdict: StoredVerdict, mark_allows: str) -> str:
    """All that a cloud may say on the strength of a verdict that at least holds the capabilities.

    Args:
        verdict: the verdict.
        mark_allows: what the guideline says of its mark's use.
    """
    guideline = guideline_of(verdict)
    if verdict.mark is not None:
        return f"{verdict.mark}, shown under guideline {guideline}. {mark_allows}".strip()
    code = "is shown to run" if verdict.qualifies else f"is {verdict.designated_code_rule}"
    return (
        f"Every required capability of {verdict.title} holds under guideline {guideline}; "
        f"the designated code {code}. No mark may be used."
    )


def guideline_of(verdict: AnyVerdict) -> str:
    """The name of the guideline that a verdict was reached by."""
    return guideline_name(verdict.guideline_id, verdict.guideline_status)


def guideline_name(guideline_id: str, status: str) -> str:
    """A guideline's name, with its status whenever it is not an approved one."""
    return guideline_id if status in _APPROVED else f"{guideline_id} ({status})"


def plain_badge(verdict: AnyVerdict | None) -> str:
    """The badge of what stands now, an SVG. It carries no claim, and so proves nothing."""
    said, label = statement(verdict), "OpenStack"
    if verdict is not None:
        label += f" {guideline_of(verdict)}"
    return draw(label, said.short, said.tone)
