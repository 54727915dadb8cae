"""How applications flow: what is under way, how long decisions took, and where the time went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median, quantiles

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from refcheck_server.review.clock import DAYS
from refcheck_server.review.models import Application, Step
from refcheck_server.review.queries import with_names
from refcheck_server.review.states import OPEN, Move, State

WEEKS = 26
"""So far the board looks back."""
MOST_STEPS, MOST_SHOWN = 20_000, 30
_DAY = timedelta(days=1)
_DECIDED = (State.APPROVED, State.REJECTED)
STAGES: Mapping[State, str] = {
    State.SUBMITTED: "waits for a reviewer",
    State.IN_REVIEW: "in review",
    State.CHANGES_ASKED: "waits for the vendor",
    State.APPEALED: "waits for another reviewer",
}
"""The states between submission and decision, and what happens there."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open application.

    Attributes:
        days: since when it is in its state; `all_days` since it was submitted.
        over: it should have left its state.
    """

    application: Application
    days: float
    all_days: float
    over: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """An application that was decided on.

    Attributes:
        lead: days from submission to decision; `cycle` from when a reviewer took it up.
        stages: days in each state between.
    """

    number: int
    at: datetime
    approved: bool
    lead: float
    cycle: float
    stages: Mapping[State, float]


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something takes, in days: half take less than `middle`, 85 % less than `late`."""

    middle: float
    late: float


@dataclass(frozen=True, slots=True)
class Week:
    """A week: how many were submitted in it, and how many decided on."""

    begins: datetime
    submitted: int
    decided: int


@dataclass(frozen=True, slots=True)
class Flow:
    """The board.

    Attributes:
        in_progress: how many are in each stage.
        waiting: the open ones, those first that wait longest; `total` is how many there are.
        decided: in the last `WEEKS` weeks, oldest first.
        lead, cycle: of these; None without any.
        stages: days that these spent in each stage, on average.
    """

    in_progress: Mapping[State, int]
    waiting: tuple[Waiting, ...]
    total: int
    decided: tuple[Decided, ...]
    lead: Spread | None
    cycle: Spread | None
    stages: Mapping[State, float]
    weeks: tuple[Week, ...]


def flow(session: Session, *, now: datetime) -> Flow:
    """The board at this moment. Three statements."""
    counts = _counts(session)
    steps = _steps(session, now)
    decided = _decided(steps, now)
    return Flow(
        in_progress={stage: counts.get(stage, 0) for stage in STAGES},
        waiting=_waiting(session, now),
        total=sum(counts.get(stage, 0) for stage in STAGES),
        decided=decided,
        lead=_spread([one.lead for one in decided]),
        cycle=_spread([one.cycle for one in decided]),
        stages={
            stage: sum(one.stages.get(stage, 0.0) for one in decided) / max(1, len(decided))
            for stage in STAGES
        },
        weeks=_weeks(steps, now),
    )


def _counts(session: Session) -> Mapping[State, int]:
    rows = session.execute(
        select(Application.state, func.count())
        .where(Application.state.in_(OPEN))
        .group_by(Application.state)
    )
    return {State(state): count for state, count in rows}


def _waiting(session: Session, now: datetime) -> tuple[Waiting, ...]:
    longest = open_applications().order_by(Application.since, Application.id).limit(MOST_SHOWN)
    return tuple(waiting(one, now) for one in session.scalars(longest))


def open_applications() -> Select[Application]:
    """Those that somebody is waited for to decide on, or to change."""
    return with_names(select(Application)).where(Application.state.in_(OPEN))


def waiting(one: Application, now: datetime) -> Waiting:
    """How long an open application has waited."""
    return Waiting(
        one,
        (now - one.since) / _DAY,
        (now - (one.submitted_at or one.since)) / _DAY,
        one.due_at is not None and one.due_at <= now,
    )


def _steps(session: Session, now: datetime) -> Mapping[int, Sequence[Step]]:
    """The last steps of all applications, by application, oldest first.

    Twice as far back as the board looks: what was decided in that time may have begun before.
    """
    found: dict[int, list[Step]] = {}
    rows = session.scalars(
        select(Step)
        .where(Step.at >= now - timedelta(weeks=2 * WEEKS))
        .order_by(Step.id.desc())
        .limit(MOST_STEPS)
    ).all()
    for step in reversed(rows):
        found.setdefault(step.application_id, []).append(step)
    return found


def _decided(steps: Mapping[int, Sequence[Step]], now: datetime) -> tuple[Decided, ...]:
    found = [
        one
        for number, some in steps.items()
        if (one := _first_decision(number, some)) is not None
        and one.at >= now - timedelta(weeks=WEEKS)
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def _first_decision(number: int, steps: Sequence[Step]) -> Decided | None:
    """How it came to the first decision; None without one, or if its beginning is too long ago."""
    if not steps or steps[0].move != Move.SUBMIT:
        return None
    stages: dict[State, float] = {}
    taken_up = None
    for before, step in pairwise(steps):
        stage = State(step.before)
        stages[stage] = stages.get(stage, 0.0) + (step.at - before.at) / _DAY
        if step.move == Move.TAKE_UP:
            taken_up = step.at
        if step.after in _DECIDED:
            return Decided(
                number=number,
                at=step.at,
                approved=step.after == State.APPROVED,
                lead=(step.at - steps[0].at) / _DAY,
                cycle=(step.at - (taken_up or steps[0].at)) / _DAY,
                stages=stages,
            )
    return None


def _spread(days: Sequence[float]) -> Spread | None:
    if not days:
        return None
    late = quantiles(days, n=20, method="inclusive")[16] if len(days) > 1 else days[0]
    return Spread(median(days), late)


def _weeks(steps: Mapping[int, Sequence[Step]], now: datetime) -> tuple[Week, ...]:
    monday = now.replace(hour=0, minute=0, second=0, microsecond=0) - now.weekday() * _DAY
    begins = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    submitted, decided = dict.fromkeys(begins, 0), dict.fromkeys(begins, 0)
    for some in steps.values():
        for step in some:
            at = step.at.replace(hour=0, minute=0, second=0, microsecond=0)
            week = at - at.weekday() * _DAY
            if week in submitted:
                submitted[week] += step.before == State.DRAFT and step.move == Move.SUBMIT
                decided[week] += step.after in _DECIDED
    return tuple(Week(week, submitted[week], decided[week]) for week in begins)


def is_slow(stage: State, days: float) -> bool:
    """Whether a stage takes longer than the registry wants."""
    return days > DAYS[stage]
