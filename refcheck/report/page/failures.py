"""Every test that did not pass: each attempt, what was expected, the exchanges."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from refcheck.report.evidence import answered
from refcheck.report.page.words import anchor, cut, number, seconds
from refcheck.report.signs import SIGNS
from refcheck.report.story import Run, Story, TestStory
from refcheck.result.events import TestFinished
from refcheck.result.outcome import Outcome

_EVIDENCE = 800_000
"""Characters of evidence on the whole page, as they are written in HTML."""
_LEAST = 400
_REASON = 1000
_WAITS = 12
_FRAME = 250
"""Characters of what stands around an exchange."""
_WORTH_SHOWING = 500
"""With less room than this, an exchange is left out."""
_OPEN = " open"
"""What makes a folded part of the page one that is open at first."""


def anchors(story: Story) -> dict[str, str]:
    """Id or name of each test whose details are told → where."""
    return {
        one.test.id or one.test.name: anchor(place)
        for place, one in enumerate(story.tests)
        if _told(one)
    }


def failures(story: Story) -> dict[str, Any]:
    """Details by outcome, the certain ones first; the page's room is shared out evenly."""
    told = [(place, one) for place, one in enumerate(story.tests) if _told(one)]
    allowance = max(_EVIDENCE // max(len(told), 1), _LEAST)
    order = list(Outcome)
    told.sort(key=lambda pair: order.index(pair[1].outcome.outcome))
    quiet = len([one for one in story.tests if one.outcome.outcome is not Outcome.PASSED])
    quiet -= sum(one.outcome.outcome is not Outcome.PASSED for _, one in told)
    return {
        "tests": [_failure(one, anchor(place), allowance) for place, one in told],
        "quiet": f"{number(quiet, 'test')} that did not run, without details, are"
        " counted under “left out”." if quiet else "",
    }  # fmt: skip


def _told(one: TestStory) -> bool:
    """Whether there is more to say of a test than its outcome."""
    return one.outcome.outcome is not Outcome.PASSED and bool(one.runs)


def _failure(one: TestStory, where: str, allowance: int) -> dict[str, Any]:
    word = one.outcome.outcome
    room = _Room(allowance)
    reason = room.take(cut(one.outcome.reason, _REASON), most=0.3)
    return {
        "anchor": where,
        "sign": SIGNS[word][0],
        "outcome": word.value,
        "short": one.short,
        "name": one.outcome.name,
        "id": one.outcome.id,
        "service": one.test.service,
        "reason": reason,
        "blame": one.blame.value if one.blame else "",
        "capabilities": [
            f"{placing.capability} ({placing.status.value}{', flagged' if placing.flagged else ''})"
            for placing in one.placings
        ],
        "time": seconds(one.outcome.duration),
        # The last attempt is read first, so it gets room first.
        "attempts": [
            _attempt(run, room, alone=len(one.runs) == 1, last=run is one.runs[-1])
            for run in reversed(one.runs)
        ],
    }


def _attempt(run: Run, room: _Room, *, alone: bool, last: bool) -> dict[str, Any]:
    finished = run.finished
    word = finished.outcome.outcome if finished else Outcome.UNDECIDED
    by = f" on {finished.worker}" if finished and finished.worker else ""
    seen = _seen(finished, room, alone=alone, last=last) if finished else _NOTHING
    return {
        "title": "" if alone else f"Attempt {run.number}",
        "outcome": word.value if finished else "did not end",
        "style": word.value,
        "sign": SIGNS[word][0],
        "time": f"{seconds((run.ended - run.began).total_seconds())}{by}",
        "opened": _OPEN if last else "",
        **seen,
    }


def _seen(finished: TestFinished, room: _Room, *, alone: bool, last: bool) -> dict[str, Any]:
    """What an attempt left to be read."""
    reason = "" if alone else room.take(cut(finished.outcome.reason, _REASON), most=0.2)
    detail = room.take(finished.detail, most=0.5)
    exchanges = _exchanges(finished, room)
    missing = len(finished.exchanges) - len(exchanges)
    return {
        "reason": reason,
        "detail": detail,
        "exchanges": exchanges,
        "missing": f"{number(missing, 'earlier exchange')} left out for size." if missing else "",
        "waits": [
            f"{cut(wait.what, 100)}: {seconds(wait.seconds)}, looked {number(wait.looks, 'time')}"
            for wait in finished.waits[:_WAITS]
        ]
        if last
        else [],
    }


_NOTHING: Mapping[str, Any] = {
    "reason": "",
    "detail": "",
    "exchanges": [],
    "missing": "",
    "waits": [],
}


def _exchanges(finished: TestFinished, room: _Room) -> list[dict[str, str]]:
    """Oldest first, as they happened; the newest gets room first, and is seen at once."""
    shown: list[dict[str, str]] = []
    for one in reversed(finished.exchanges):
        if shown and room.left < _WORTH_SHOWING:
            break
        shown.append(_exchange(one, room, _OPEN if not shown else ""))
    return shown[::-1]


def _exchange(one: Mapping[str, Any], room: _Room, opened: str) -> dict[str, str]:
    room.left -= _FRAME
    status = one.get("status")
    return {
        "head": room.take(cut(f"{one.get('method', '')} {one.get('url', '')}", 300), most=0.2),
        "answered": answered(one),
        "style": "good" if isinstance(status, int) and status < 400 else "bad",
        "opened": opened,
        "curl": room.take(str(one.get("curl", "")), most=0.6),
        "body": room.take(str(one.get("answer_body", ""))),
    }


class _Room:
    """What is `left` for the evidence of one test; what does not fit is cut, and said to be."""

    def __init__(self, characters: int) -> None:
        self.left = characters

    def take(self, text: str, *, most: float = 1.0) -> str:
        """As much of a text as fits in `most` of what is left."""
        written = len(escape(text))
        allowed = int(max(self.left, 0) * most)
        if written > allowed:
            kept = int(len(text) * allowed / written)
            text = f"{text[:kept]}\n… cut here: {len(text) - kept:,} more characters"
            written = allowed
        self.left -= written
        return text
