"""The story of a run: its events in the order of those who read about it, and the verdict.

Every report is made from this, and this is made from the events alone: while the run goes on, when
it has ended, or when it was killed at any of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from refcheck.errors import BadResult
from refcheck.guideline import library
from refcheck.guideline.model import Guideline, Status
from refcheck.result.blame import Blame, blame_of
from refcheck.result.document import Result
from refcheck.result.events import (
    Event,
    RunFinished,
    RunResumed,
    RunStarted,
    Selected,
    TestFinished,
    TestStarted,
)
from refcheck.result.folding import to_result
from refcheck.result.outcome import TestOutcome
from refcheck.verdict.judge import judge
from refcheck.verdict.verdict import Verdict


class State(StrEnum):
    """How far a run came."""

    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    """It was told to stop, and did so in order."""
    OPEN = "not finished"
    """It goes on, or it was killed: the journal alone cannot tell."""


@dataclass(frozen=True, slots=True)
class Session:
    """A time in which the run went on, from its start or a resumption, with so many workers."""

    began: datetime
    ended: datetime
    workers: int


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a test was run.

    Attributes:
        number: counts from 1.
        finished: None when it did not end: then `ended` is the last that was heard of the run.
    """

    number: int
    began: datetime
    ended: datetime
    finished: TestFinished | None


@dataclass(frozen=True, slots=True)
class Placing:
    """A capability that lists a test, and how much it counts."""

    capability: str
    status: Status
    flagged: bool


@dataclass(frozen=True, slots=True)
class TestStory:
    """One selected test.

    Attributes:
        outcome: of all its runs together.
        blame: None for a pass.
        runs: in the order in which they began.
        placings: strongest first.
    """

    __test__ = False  # pytest: not a test class

    test: Selected
    outcome: TestOutcome
    blame: Blame | None
    runs: tuple[Run, ...]
    placings: tuple[Placing, ...]

    @property
    def last(self) -> TestFinished | None:
        """The last run that ended with this outcome, else the last that ended at all."""
        ended = [run.finished for run in self.runs if run.finished]
        fitting = [one for one in ended if one.outcome.outcome is self.outcome.outcome]
        best = fitting or ended
        return best[-1] if best else None

    @property
    def short(self) -> str:
        """The last part of the test's name, its id without one."""
        return short_name(self.outcome.name) or self.outcome.id


@dataclass(frozen=True, slots=True)
class Story:
    """A run as reports tell it.

    Attributes:
        notes: what must be said beside the verdict.
        signed: the signed result document, None when there is none yet.
    """

    started: RunStarted
    state: State
    sessions: tuple[Session, ...]
    result: Result
    guideline: Guideline
    verdict: Verdict
    notes: tuple[str, ...]
    tests: tuple[TestStory, ...]
    signed: bytes | None = None


def story_of(
    events: Iterable[Event], guideline: Guideline, at: datetime, signed: bytes | None = None
) -> Story:
    """Order a run's events, and judge what they come to.

    Args:
        at: the time of judging.
        signed: the run's result document, if there is one.

    Raises:
        BadResult: there is no start of a run, or a time that is none.
        UnknownTarget: the guideline does not have the run's target.
    """
    seen = tuple(events)
    result = to_result(seen)
    started = next(event for event in seen if isinstance(event, RunStarted))
    verdict = judge(guideline, result.target, result.outcomes, at=at, load=library.builtin)
    runs, sessions = _runs(seen)
    placings = _placings(verdict)
    outcomes = zip(started.selected, result.outcomes, strict=True)
    return Story(
        started=started,
        state=_state(seen),
        sessions=sessions,
        result=result,
        guideline=guideline,
        verdict=verdict,
        notes=(*library.edition_notes(guideline), *_other_edition(started, guideline)),
        tests=tuple(
            TestStory(
                test=test,
                outcome=outcome,
                blame=blame_of(outcome),
                runs=tuple(runs.get(test.id, ())),
                placings=tuple(placings.get(test.id or test.name, ())),
            )
            for test, outcome in outcomes
        ),
        signed=signed,
    )


def short_name(name: str) -> str:
    """The last part of a dotted name; what is in brackets may hold anything."""
    head, bracket, rest = name.partition("[")
    return head.rpartition(".")[2] + bracket + rest


def moment(at: str) -> datetime:
    """A time of an event.

    Raises:
        BadResult: it is none.
    """
    with contextlib.suppress(ValueError):
        time = datetime.fromisoformat(at)
        if 2000 <= time.year < 3000:  # far enough from where reckoning ends
            return time if time.tzinfo else time.replace(tzinfo=UTC)
    raise BadResult(
        f"the journal tells the time {at[:40]!r}, which is none",
        next_step="Give a run folder that `refcheck run` made, unchanged.",
    )


def _state(events: tuple[Event, ...]) -> State:
    end = events[-1] if isinstance(events[-1], RunFinished) else None
    if end is None:
        return State.OPEN
    return State.COMPLETE if end.complete else State.INTERRUPTED


def _runs(events: tuple[Event, ...]) -> tuple[dict[str, list[Run]], tuple[Session, ...]]:
    """Every run of every test by its id, and when the run itself went on."""
    runs: dict[str, list[Run]] = {}
    sessions: list[Session] = []
    running: dict[tuple[str, int], datetime] = {}
    began, now, workers = moment(events[0].at), moment(events[0].at), 1

    def pause() -> None:
        for (test_id, number), since in running.items():
            runs.setdefault(test_id, []).append(Run(number, since, max(since, now), None))
        running.clear()
        sessions.append(Session(began, max(began, now), workers))

    for event in events:
        match event:
            case RunStarted():
                workers = event.workers
            case RunResumed():
                pause()
                began, workers = moment(event.at), event.workers
            case TestStarted():
                running[event.id, event.attempt] = moment(event.at)
            case TestFinished(outcome=outcome):
                ended = moment(event.at)
                own = timedelta(seconds=min(max(outcome.duration, 0.0), 1e6))
                since = running.pop((outcome.id, outcome.attempts), ended - own)
                run = Run(outcome.attempts, min(since, ended), ended, event)
                runs.setdefault(outcome.id, []).append(run)
            case _:
                pass
        now = moment(event.at)
    pause()
    return runs, tuple(sessions)


def _placings(verdict: Verdict) -> dict[str, list[Placing]]:
    placings: dict[str, list[Placing]] = {}
    for name, capability in verdict.capabilities.items():
        for test in capability.tests:
            placing = Placing(name, capability.status, test.flagged)
            placings.setdefault(test.id or test.name, []).append(placing)
    ranks = list(Status)
    for several in placings.values():
        several.sort(key=lambda one: ranks.index(one.status))
    return placings


def _other_edition(started: RunStarted, guideline: Guideline) -> tuple[str, ...]:
    if started.guideline_sha256 == guideline.sha256:
        return ()
    edition = f"{started.guideline_id} (digest {started.guideline_sha256[:12]})"
    return (f"the run used another edition of guideline {edition}: its tests may differ",)
