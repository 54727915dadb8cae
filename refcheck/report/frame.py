"""One picture of a run that goes on; times in it are those of the moment in which it is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from rich.console import Console, ConsoleOptions, RenderResult
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from refcheck.report.page.words import number, seconds
from refcheck.report.printable import writable
from refcheck.report.signs import SIGNS, sign_for
from refcheck.report.story import short_name
from refcheck.report.tally import Running, Tally
from refcheck.result.outcome import Outcome

NARROW = 70
"""Columns below which bars and services of running tests are left out."""
_BAR = 20
_SOON = 5.0
"""Seconds."""
_BESIDE = 4
"""Lines that are kept, beside those of services and running tests: ours, and what was told."""
_LOW = 18
"""Lines of a terminal below which none is left empty."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Args: began: when the run began here; all times by `clock`; `running` longest first.

    With `stopping` no further test begins.
    """

    clock: Callable[[], float]
    began: float
    at: float
    left: float | None
    done: int
    total: int
    workers: int
    again: int
    services: dict[str, tuple[int, int, Counter[Outcome]]]
    running: tuple[Running, ...]
    stopping: bool

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        apart = [Text("")] if console.height >= _LOW else []
        yield from apart
        yield self._headline(console, options.max_width)
        yield services_table(self.services, console.encoding, options.max_width)
        yield from apart
        room = max(console.height - len(self.services) - _BESIDE - len(apart) * 2, 1)
        shown = self.running if len(self.running) <= room else self.running[: room - 1]
        for one in shown:
            yield self._running(one, options.max_width, console.encoding)
        if len(shown) < len(self.running):
            rest = len(self.running) - len(shown)
            yield Text(f"  and {rest} more" if shown else f"  {rest} running", "dim")

    def _headline(self, console: Console, width: int) -> Text:
        """How far the run is; what does not fit is left out whole, the least wanted first."""
        now = self.clock()
        parts = [
            f"{self.done}/{self.total}",
            "stopping" if self.stopping else self._left(now - self.at),
            seconds(now - self.began),
            f"{len(self.running)} of {number(self.workers, 'worker')} busy",
        ]
        if self.again:
            parts.append(f"{self.again} tried again")
        dot = " · " if console.encoding.lower().startswith("utf") else " | "
        while len(parts) > 1 and len(dot.join(parts)) > width:
            parts.pop()
        return Text(dot.join(parts), "bold", no_wrap=True, overflow=overflow(console.encoding))

    def _left(self, since: float) -> str:
        """What is said of the time left: about so long, or that it cannot be said."""
        if self.left is None:
            return "time left unknown"
        rest = self.left - since if self.running else self.left
        if rest < _SOON:
            return "a few seconds left" if self.left < _SOON else "longer than expected"
        step = 5 if rest < 60 else 10 if rest < 300 else 60
        return f"about {seconds(round(rest / step) * step)} left"

    def _running(self, one: Running, width: int, encoding: str) -> Text:
        again = f" (attempt {one.attempt})" if one.attempt > 1 else ""
        time = seconds(max(self.clock() - one.since, 0))
        service = "" if width < NARROW else f" {one.test.service:<14}"
        name = short_name(one.test.name) or one.test.id
        line = f"  {time:>9}{service} {name}{again}"
        told = writable(line, encoding)
        return Text(told, "dim", no_wrap=True, overflow=overflow(encoding))


def frame_of(
    tally: Tally, clock: Callable[[], float], began: float, *, stopping: bool = False
) -> Frame:
    """The picture of this moment."""
    return Frame(
        clock=clock,
        began=began,
        at=clock(),
        left=tally.seconds_left(),
        done=tally.done,
        total=tally.total,
        workers=tally.workers,
        again=tally.again,
        services=tally.services(),
        running=tuple(sorted(tally.running.values(), key=lambda one: one.since)),
        stopping=stopping,
    )


def services_table(
    services: dict[str, tuple[int, int, Counter[Outcome]]], encoding: str, width: int
) -> Table:
    """A line for each service: how far it is, and what came out, in as many words as fit."""
    bars = width >= NARROW
    gap = 2 if bars else 1
    names = max((len(writable(service, encoding)) for service in services), default=0)
    numbers = max((len(f"{done}/{total}") for done, total, _ in services.values()), default=0)
    room = width - names - numbers - 2 * gap - (_BAR + gap if bars else 0)
    tell = next(
        (
            way
            for way in _WAYS
            if all(len(way(one, encoding)) <= room for _, _, one in services.values())
        ),
        _WAYS[-1],
    )
    table = Table.grid(padding=(0, gap))
    for fixed in (names, *([_BAR] if bars else []), numbers):
        table.add_column(no_wrap=True, min_width=fixed)
    table.add_column(no_wrap=True, overflow=overflow(encoding), max_width=max(room, 1))
    for service, (done, total, counts) in services.items():
        bar = ProgressBar(
            total=max(total, 1),
            completed=done,
            width=_BAR,
            complete_style="blue",
            finished_style="green" if counts.keys() <= {Outcome.PASSED} else "yellow",
        )
        table.add_row(
            writable(service, encoding),
            *([bar] if bars else []),
            f"{done}/{total}",
            tell(counts, encoding),
        )
    return table


def overflow(encoding: str) -> Literal["ellipsis", "crop"]:
    """How a line that is too long ends."""
    return "ellipsis" if encoding.lower().startswith("utf") else "crop"


def _in_words(counts: Counter[Outcome], encoding: str) -> Text:
    return _counts(counts, encoding, "  ", "{sign} {number} {word}")


def _in_signs(counts: Counter[Outcome], encoding: str) -> Text:
    return _counts(counts, encoding, " ", "{sign} {number}")


def _in_brief(counts: Counter[Outcome], encoding: str) -> Text:
    """Only what did not pass: the rest of those that are done did."""
    rest = Counter(counts)
    del rest[Outcome.PASSED]
    return _counts(rest, encoding, " ", "{sign}{number}")


_WAYS = (_in_words, _in_signs, _in_brief)


def _counts(counts: Counter[Outcome], encoding: str, between: str, form: str) -> Text:
    """Outcomes with their numbers, in their order."""
    return Text(between).join(
        Text(
            form.format(sign=sign_for(word, encoding), number=counts[word], word=word.value),
            style=SIGNS[word][1],
        )
        for word in Outcome
        if counts[word]
    )
