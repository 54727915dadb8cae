"""What a run looks like while it goes on: a live view on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from refcheck.report.frame import NARROW, frame_of, overflow, services_table
from refcheck.report.page.words import seconds
from refcheck.report.printable import writable
from refcheck.report.signs import SIGNS, sign_for
from refcheck.report.story import short_name
from refcheck.report.tally import Tally
from refcheck.result.events import Event, LeftBehind, RunStarted, TestFinished
from refcheck.result.outcome import Outcome, TestOutcome


class Progress:
    """Takes a run's events and shows them. Use it as a context manager around the run.

    Args:
        clock: seconds; only differences count.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._tally = Tally(clock)
        self._began = clock()
        self._live: Live | None = None
        self._stopping = False

    def __enter__(self) -> Self:
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live = Live(console=self._console, refresh_per_second=4, transient=True)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()
            self._live = None
            table = services_table(
                self._tally.services(), self._console.encoding, self._console.width
            )
            self._console.print(table)

    def catch_up(self, events: Iterable[Event]) -> None:
        """Take what happened before the run was resumed, and say no more than how far it was."""
        before = tuple(events)
        if not before:
            return
        for event in before:
            self._tally.take(event)
        self._tally.running.clear()
        self._began = self._clock()
        trouble = sum(one.outcome is not Outcome.PASSED for one in self._tally.outcomes.values())
        self._print(
            f"goes on after {self._tally.done} of {self._tally.total} tests;"
            f" {trouble} of them did not pass"
        )
        self._draw()

    def take(self, event: Event) -> None:
        """Show one event."""
        self._tally.take(event)
        match event:
            case RunStarted():
                self._began = self._clock()
            case TestFinished():
                self._tell(event.outcome)
            case LeftBehind():
                self._print(f"left behind: {event.what}", "red")
            case _:
                pass
        self._draw()

    def stop(self) -> None:
        """Say that no further test begins."""
        self._stopping = True
        self._print("stopping: the tests that are running end first; Ctrl-C again stops at once",
                    "yellow")  # fmt: skip
        self._draw()

    def _draw(self) -> None:
        if self._live:
            frame = frame_of(self._tally, self._clock, self._began, stopping=self._stopping)
            self._live.update(frame)

    def _tell(self, outcome: TestOutcome) -> None:
        """A line for the test: for every one without a live view, else for what did not pass.

        It says what the test has come to, and how this attempt ended where that is something else.
        """
        test = self._tally.test(outcome.id)
        if test is None:
            return
        word = self._tally.outcomes[outcome.id].outcome
        if self._live and word is Outcome.PASSED:
            return
        again = f", attempt {outcome.attempts}" if outcome.attempts > 1 else ""
        here = outcome.outcome
        sign = sign_for(word, self._console.encoding)
        name = self._writable(short_name(outcome.name) or outcome.id)
        line = Text.assemble(
            f"{self._tally.done:4}/{self._tally.total} ",
            (f"{sign} {word.value:<9}", SIGNS[word][1]),
            f" {name} " if self._narrow else f" {self._writable(test.service):<13} {name} ",
            (seconds(outcome.duration), "dim"),
            (again, "dim"),
            (f": {here.value}" if here is not word else "", SIGNS[here][1]),
        )
        self._console.print(line, highlight=False, **self._fit())
        if here is not Outcome.PASSED:
            self._print(f"          {' '.join(outcome.reason.split())}")

    def _print(self, text: str, style: str = "") -> None:
        self._console.print(Text(self._writable(text), style), highlight=False, **self._fit())

    @property
    def _narrow(self) -> bool:
        return self._live is not None and self._console.width < NARROW

    def _fit(self) -> dict[str, Any]:
        """On a live terminal a line is a line; elsewhere nothing is cut."""
        if self._live is None:
            return {"soft_wrap": True}
        return {"no_wrap": True, "overflow": overflow(self._console.encoding)}

    def _writable(self, text: str) -> str:
        return writable(text, self._console.encoding)
