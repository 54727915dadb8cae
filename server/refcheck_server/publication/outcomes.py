"""How the outcomes of tests are shown: a symbol and a word each, and counted in a bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

_SHOWN = {
    "passed": ("✓", "good", "passed"),
    "flaky": ("≈", "part", "flaky: failed, then passed"),
    "extra": ("+", "part", "extra: undeclared properties"),
    "failed": ("✕", "bad", "failed"),
    "absent": ("∅", "bad", "absent: service or extension not there"),
    "error": ("!", "open", "error: harness, network, quota or credentials"),
    "undecided": ("○", "open", "undecided: not run or not decidable"),
}


class Shown(NamedTuple):
    """An outcome for people; `tone` is a style."""

    word: str
    symbol: str
    tone: str
    meaning: str


class Segment(NamedTuple):
    """A stretch of a bar that is 100 wide."""

    x: float
    width: float
    shown: Shown
    tests: int


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
    return _segments(tuple([counts[outcome] for outcome in _SHOWN]))


@lru_cache(maxsize=4096)
def _segments(counts: tuple[int, ...]) -> tuple[Segment, ...]:
    total = sum(counts)
    segments: list[Segment] = []
    x = 0.0
    for outcome, count in zip(_SHOWN, counts, strict=True):
        if count:
            width = 100 * count / total
            segments.append(Segment(round(x, 3), round(width, 3), shown(outcome), count))
            x += width
    return tuple(segments)
