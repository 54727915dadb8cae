"""When each worker ran which test, and what it waited for: bars on a line of time.

Several sessions of a run (it was resumed) stand one behind the other, without the time between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from refcheck.report.page.words import number, seconds
from refcheck.report.story import Run, Session, Story, TestStory
from refcheck.result.outcome import Outcome

_WIDTH = 960.0
"""Units of the drawing that the time takes up; the names of workers stand before it."""
_MARGIN = 80.0
_LANE = 26.0
_BAR = 16.0
_TOP = 24.0
_GAP = 14.0
"""Units between two sessions."""
_NARROWEST = 0.6
_OVERLAP = 0.3
"""Seconds by which two tests of one worker may seem to overlap: news of them travels."""
_STEPS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400)
_TICKS = 9


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a time is on the drawing."""

    sessions: tuple[Session, ...]
    per_second: float

    def place(self, time: datetime) -> float:
        x = _MARGIN
        for turn, one in enumerate(self.sessions):
            last = turn == len(self.sessions) - 1
            if time <= one.ended or last:
                inside = min(max((time - one.began).total_seconds(), 0), _length(one))
                return x + inside * self.per_second
            x += _length(one) * self.per_second + _GAP
        return x


def timeline(story: Story, anchors: Mapping[str, str]) -> dict[str, Any]:
    """The drawing, and the same in numbers: for each worker, and for what was waited for."""
    ran = [(one, run) for one in story.tests for run in one.runs]
    total = sum(map(_length, story.sessions))
    gaps = _GAP * (len(story.sessions) - 1)
    scale = _Scale(story.sessions, (_WIDTH - gaps) / max(total, 0.001))
    workers: dict[str, list[tuple[TestStory, Run]]] = {}
    for one, run in sorted(ran, key=lambda pair: pair[1].began):
        workers.setdefault(run.finished.worker if run.finished else "?", []).append((one, run))
    lanes: list[dict[str, Any]] = []
    rows = []
    for name in sorted(workers, key=_natural):
        label = "not ended" if name == "?" else name or ("tests" if len(workers) == 1 else "main")
        rows.append(_row(label, workers[name], total))
        for place, lane in enumerate(_lanes(workers[name])):
            y = _TOP + _LANE * len(lanes)
            bars = [_bar(one, run, scale, y, anchors) for one, run in lane]
            lanes.append({"label": "" if place else label, "y": y + _BAR - 3, "bars": bars})
    height = _TOP + _LANE * len(lanes) + 6
    return {
        "width": _MARGIN + _WIDTH + 10,
        "height": height,
        "bottom": height - 6,
        "top": _TOP - 6,
        "lanes": lanes,
        "ticks": _ticks(story.sessions, scale, total),
        "resumed": [round(scale.place(one.began) - _GAP / 2, 1) for one in story.sessions[1:]],
        "told": f"{number(len(ran), 'run')} of tests by {number(len(workers), 'worker')}"
        f" in {seconds(total)}",
        "rows": rows,
        "waits": _waits(run for _, run in ran),
    }


def _length(session: Session) -> float:
    return (session.ended - session.began).total_seconds()


def _natural(worker: str) -> tuple[str, int, str]:
    word = re.match(r"\D*", worker)
    digits = re.search(r"\d{1,9}", worker)
    return (word[0] if word else "", int(digits[0]) if digits else 0, worker)


def _lanes(runs: list[tuple[TestStory, Run]]) -> list[list[tuple[TestStory, Run]]]:
    """Runs that do not overlap share a lane."""
    lanes: list[list[tuple[TestStory, Run]]] = []
    for pair in runs:
        for lane in lanes:
            if (lane[-1][1].ended - pair[1].began).total_seconds() <= _OVERLAP:
                lane.append(pair)
                break
        else:
            lanes.append([pair])
    return lanes


def _bar(
    one: TestStory, run: Run, scale: _Scale, y: float, anchors: Mapping[str, str]
) -> dict[str, Any]:
    x, end = scale.place(run.began), scale.place(run.ended)
    outcome = run.finished.outcome if run.finished else None
    word = outcome.outcome if outcome else Outcome.UNDECIDED
    length = (run.ended - run.began).total_seconds()
    told = f"{one.short}: {word.value if outcome else 'did not end'}, {seconds(length)}"
    waits = []
    for wait in run.finished.waits if run.finished else ():
        begin = min(x + max(wait.began, 0) * scale.per_second, end)
        width = min(max(wait.seconds, 0) * scale.per_second, end - begin)
        if width >= _NARROWEST:
            waits.append({"x": round(begin, 1), "width": round(width, 1)})
    return {
        "x": round(x, 1),
        "y": y,
        "width": round(max(end - x, _NARROWEST), 1),
        "height": _BAR,
        "style": word.value,
        "told": told if run.number == 1 else f"{told}, attempt {run.number}",
        "again": round(x + 1, 1) if run.number > 1 else None,
        "waits": waits,
        "anchor": anchors.get(one.test.id or one.test.name, ""),
    }


def _ticks(sessions: tuple[Session, ...], scale: _Scale, total: float) -> list[dict[str, Any]]:
    """Times along the top, counted without what lies between sessions."""
    step = next((one for one in _STEPS if total / one <= _TICKS), _STEPS[-1])
    ticks = []
    for at in range(0, min(int(total), step * 50) + 1, step):
        rest = float(at)
        for session in sessions:
            if rest <= _length(session):
                break
            rest -= _length(session)
        x = scale.place(session.began) + rest * scale.per_second
        ticks.append({"x": round(x, 1), "text": _clock(at)})
    return ticks


def _clock(at: int) -> str:
    hours, minutes, rest = at // 3600, at // 60 % 60, at % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _row(label: str, runs: list[tuple[TestStory, Run]], total: float) -> dict[str, Any]:
    busy = sum((run.ended - run.began).total_seconds() for _, run in runs)
    waited = sum(wait.seconds for _, run in runs if run.finished for wait in run.finished.waits)
    return {
        "worker": label,
        "tests": len(runs),
        "busy": seconds(busy),
        "share": f"{100 * min(busy / total, 1):.0f} %" if total else "",
        "waited": seconds(waited),
    }


def _waits(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """What was waited for, longest together first."""
    found: dict[str, list[Any]] = {}
    for run in runs:
        for wait in run.finished.waits if run.finished else ():
            found.setdefault(wait.what, []).append(wait)
    rows = [
        {
            "what": what,
            "times": len(waits),
            "whole": sum(wait.seconds for wait in waits),
            "longest": seconds(max(wait.seconds for wait in waits)),
            "looks": sum(wait.looks for wait in waits),
        }
        for what, waits in found.items()
    ]
    rows.sort(key=lambda row: -row["whole"])
    return [row | {"whole": seconds(row["whole"])} for row in rows[:12]]
