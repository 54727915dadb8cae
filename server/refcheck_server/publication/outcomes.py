"""How the outcomes of tests are shown: a symbol and a word each, and counted in a bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

_SHOWN = {
    "passed": ("✓", "good", "passed"),
    "flaky": ("≈", "part", "flaky: failed, then passed"),
    "extra": ("+", "part", "extra: undeclared properties"),
    "failed": ("✕", "bad", "failed"),
    "absent": ("∅", "bad", "absent: service or extension not there"),
    "error": ("!", "open", "error: harness, network, quota or credentials"),
    "undecided": ("○", "open", "undecided: not run or not decidable"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An outcome for people; `tone` is a style."""

    word: str
    symbol: str
    tone: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a bar that is 100 wide."""

    x: float
    width: float
    shown: Shown
    count: int


@cache
def shown(outcome: str) -> Shown:
    """How to show an outcome."""
    symbol, tone, meaning = _SHOWN[outcome]
    return Shown(outcome, symbol, tone, meaning)


def legend() -> tuple[Shown, ...]:
    """All outcomes, best first."""
    return tuple(shown(outcome) for outcome in _SHOWN)


def bar(outcomes: Iterable[str]) -> tuple[Segment, ...]:
    """The outcomes as segments of a bar, best first."""
    counts = Counter(outcomes)
    total = sum(counts.values())
    segments: list[Segment] = []
    x = 0.0
    for outcome in _SHOWN:
        if counts[outcome]:
            width = 100 * counts[outcome] / total
            segments.append(Segment(round(x, 3), round(width, 3), shown(outcome), counts[outcome]))
            x += width
    return tuple(segments)
