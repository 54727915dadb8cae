"""The charts of the board as plain geometry: what a template needs to write SVG, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from refcheck_server.review.clock import DAYS
from refcheck_server.review.flow import STAGES, Flow, is_slow
from refcheck_server.review.states import State

WIDTH, HEIGHT = 640, 180
_LEFT, _BOTTOM, _TOP = 36, 24, 10
_ROUND = (1, 2, 5, 10, 20, 30, 50, 100, 200, 400)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle with what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line across a chart, with its number."""

    y: float
    says: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word below a chart."""

    x: float
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of bars, or of dots.

    Attributes:
        says: all of it in a sentence, for who does not see it.
    """

    says: str
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage in the row of what is under way, and in the bar of where the time goes.

    Attributes:
        number: on the way, from 1.
        x, width: in the bar, of 100.
        slow: it takes longer than the registry wants.
    """

    number: int
    state: State
    what: str
    count: int
    days: float
    limit: int
    x: float
    width: float
    slow: bool


def stages(flow: Flow) -> tuple[Stage, ...]:
    """Every stage, with how many are there and how long decided ones stayed."""
    total = sum(flow.stages.values())
    found, x = [], 0.0
    for number, (state, what) in enumerate(STAGES.items(), start=1):
        days = flow.stages[state]
        width = 100 * days / total if total else 0.0
        found.append(
            Stage(
                number,
                state,
                what,
                flow.in_progress[state],
                days,
                DAYS[state],
                round(x, 2),
                round(width, 2),
                is_slow(state, days),
            )
        )
        x += width
    return tuple(found)


def decisions(flow: Flow) -> Chart:
    """Every decision as a dot: how far right is when, how high is how many days it took."""
    if not flow.decided:
        return Chart("Nothing was decided.", (), (), ())
    first, last = flow.weeks[0].begins, max(flow.decided[-1].at, flow.weeks[-1].begins)
    span = max((last - first).total_seconds(), 1.0)
    most = _round(max(one.lead for one in flow.decided))
    dots = tuple(
        Bar(
            x=round(_LEFT + (one.at - first).total_seconds() / span * (WIDTH - _LEFT - 10), 1),
            y=_height(one.lead, most),
            width=0,
            height=0,
            kind="approved" if one.approved else "rejected",
            says=f"Application {one.number}: {one.lead:.1f} days",
        )
        for one in flow.decided
    )
    approved = sum(one.approved for one in flow.decided)
    says = (
        f"{len(flow.decided)} decisions, {approved} of them approvals, after "
        f"{min(one.lead for one in flow.decided):.1f} to "
        f"{max(one.lead for one in flow.decided):.1f} days."
    )
    return Chart(says, dots, _lines(most, "d"), _months(flow))


def weeks(flow: Flow) -> Chart:
    """For each week two bars: how many came, and how many were decided on."""
    most = _round(max(max(one.submitted, one.decided) for one in flow.weeks))
    slot = (WIDTH - _LEFT) / len(flow.weeks)
    bars = []
    for place, week in enumerate(flow.weeks):
        for offset, kind, count in ((0.1, "came", week.submitted), (0.5, "went", week.decided)):
            if count:
                y = _height(count, most)
                what = "submitted" if kind == "came" else "decided"
                says = f"Week of {week.begins:%-d %B}: {count} {what}"
                x = round(_LEFT + (place + offset) * slot, 1)
                height = round(HEIGHT - _BOTTOM - y, 1)
                bars.append(Bar(x, y, round(slot * 0.38, 1), height, kind, says))
    came, went = sum(one.submitted for one in flow.weeks), sum(one.decided for one in flow.weeks)
    says = f"In {len(flow.weeks)} weeks {came} came and {went} were decided on."
    return Chart(says, tuple(bars), _lines(most, ""), _months(flow))


def ages(flow: Flow) -> Chart:
    """Every open application as a bar: how many days it is where it is."""
    row = 22
    most = _round(max((one.days for one in flow.waiting), default=1.0))
    names, room = 150, WIDTH - 150 - 60
    bars = tuple(
        Bar(
            x=names,
            y=place * row + 4,
            width=max(2.0, round(one.days / most * room, 1)),
            height=14,
            kind="over" if one.over else "in-time",
            says=f"{one.days:.0f} d",
        )
        for place, one in enumerate(flow.waiting)
    )
    over = sum(one.over for one in flow.waiting)
    labels = tuple(
        Label(place * row + 15, f"{one.application.id} {one.application.version.product.name}"[:22])
        for place, one in enumerate(flow.waiting)
    )
    says = f"{len(bars)} open applications, {over} of them overdue."
    return Chart(says, bars, (), labels, height=max(row, row * len(bars)), left=names)


def _height(value: float, most: float) -> float:
    """Where a value is, from the top."""
    return round(HEIGHT - _BOTTOM - value / most * (HEIGHT - _BOTTOM - _TOP), 1)


def _round(value: float) -> float:
    """The next round number."""
    return next((one for one in _ROUND if one >= value), value)


def _lines(most: float, unit: str) -> tuple[Line, ...]:
    marks: Sequence[float] = (0, most / 2, most) if unit or most % 2 == 0 else (0, most)
    return tuple(Line(_height(one, most), f"{one:g}{unit}") for one in marks)


def _months(flow: Flow) -> tuple[Label, ...]:
    """The name of each month at the first week that begins in it."""
    slot = (WIDTH - _LEFT) / len(flow.weeks)
    found, last = [], flow.weeks[0].begins.month
    for place, week in enumerate(flow.weeks):
        if week.begins.month != last:
            found.append(Label(round(_LEFT + place * slot, 1), f"{week.begins:%b}"))
            last = week.begins.month
    return tuple(found)
