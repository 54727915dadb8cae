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
_BESIDE = 5
"""Lines that are kept free, beside those of services and running tests."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Args: began: when the run began here; all times by `clock`; `running` longest first."""

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

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield services_table(self.services, console.encoding, options.max_width)
        yield Text("")
        yield self._headline(console)
        room = max(console.height - len(self.services) - _BESIDE, 1)
        shown = self.running if len(self.running) <= room else self.running[: max(room - 1, 1)]
        for one in shown:
            yield self._running(one, options.max_width, console.encoding)
        if len(shown) < len(self.running):
            yield Text(f"  and {len(self.running) - len(shown)} more", "dim")

    def _headline(self, console: Console) -> Text:
        now = self.clock()
        parts = [
            f"{self.done}/{self.total}",
            seconds(now - self.began),
            self._left(now - self.at),
            f"{len(self.running)} of {number(self.workers, 'worker')} busy",
        ]
        if self.again:
            parts.append(number(self.again, "test tried again", "tests tried again"))
        dot = " · " if console.encoding.lower().startswith("utf") else " | "
        return Text(dot.join(parts), "bold", no_wrap=True, overflow=overflow(console.encoding))

    def _left(self, since: float) -> str:
        """What is said of the time left: about so long, or that it cannot be said."""
        if self.left is None:
            return "time left unknown"
        rest = self.left - since if self.running else self.left
        if rest < _SOON:
            return "almost done" if self.left < _SOON else "longer than expected"
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


def frame_of(tally: Tally, clock: Callable[[], float], began: float) -> Frame:
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
    )


def services_table(
    services: dict[str, tuple[int, int, Counter[Outcome]]], encoding: str, width: int
) -> Table:
    """A line for each service: how far it is, and what came out; words only where they fit."""
    bars = width >= NARROW
    names = max((len(writable(service, encoding)) for service in services), default=0)
    numbers = max((len(f"{done}/{total}") for done, total, _ in services.values()), default=0)
    room = width - names - numbers - 4 - (_BAR + 2 if bars else 0)
    words = all(len(_counts(counts, encoding)) <= room for _, _, counts in services.values())
    table = Table.grid(padding=(0, 2))
    for fixed in (names, *([_BAR] if bars else []), numbers):
        table.add_column(no_wrap=True, min_width=fixed)
    table.add_column(no_wrap=True, overflow=overflow(encoding))
    for service, (done, total, counts) in services.items():
        bar = ProgressBar(
            total=max(total, 1),
            completed=done,
            width=_BAR,
            complete_style="blue",
            finished_style="green",
        )
        told = _counts(counts, encoding, words=words)
        table.add_row(
            writable(service, encoding), *([bar] if bars else []), f"{done}/{total}", told
        )
    return table


def overflow(encoding: str) -> Literal["ellipsis", "crop"]:
    """How a line that is too long ends."""
    return "ellipsis" if encoding.lower().startswith("utf") else "crop"


def _counts(counts: Counter[Outcome], encoding: str, *, words: bool = True) -> Text:
    """Outcomes with their numbers, with their words or with their signs alone."""
    return Text("  " if words else " ").join(
        Text(
            f"{sign_for(word, encoding)} {counts[word]}" + (f" {word.value}" if words else ""),
            style=SIGNS[word][1],
        )
        for word in Outcome
        if counts[word]
    )
