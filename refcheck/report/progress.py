"""What a run looks like while it goes on: a live view on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from refcheck.result.journal import (
    Event,
    LeftBehind,
    RunStarted,
    Selected,
    TestFinished,
    TestStarted,
)
from refcheck.result.outcome import Outcome, TestOutcome

SIGNS = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.EXTRA: ("+", "yellow"),
    Outcome.ABSENT: ("∅", "red"),
    Outcome.ERROR: ("!", "yellow"),
    Outcome.UNDECIDED: ("?", "cyan"),
    Outcome.FLAKY: ("~", "yellow"),
}
"""Outcome → sign and colour; the word always stands beside them."""


class Progress:
    """Takes a run's events and shows them. Use it as a context manager around the run."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None
        self._tests: dict[str, Selected] = {}
        self._running: dict[str, None] = {}
        self._counts: dict[str, Counter[Outcome]] = {}
        self._done = 0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(console=self._console, refresh_per_second=8, transient=True)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.update(self._view())
            self._live.stop()
            self._console.print(self._view())

    def take(self, event: Event) -> None:
        """Show one event."""
        match event:
            case RunStarted():
                self._start(event)
            case TestStarted():
                self._running[event.id] = None
            case TestFinished():
                self._finish(event.outcome)
            case LeftBehind():
                self._console.print(f"left behind: {event.what}", style="red", markup=False)
            case _:
                pass
        if self._live:
            self._live.update(self._view())

    @property
    def _expected(self) -> list[Selected]:
        return [test for test in self._tests.values() if test.implemented]

    def _start(self, event: RunStarted) -> None:
        self._tests = {test.id: test for test in event.selected}
        self._counts = {test.service: Counter() for test in self._expected}

    def _finish(self, outcome: TestOutcome) -> None:
        test = self._tests[outcome.id]
        self._running.pop(outcome.id, None)
        self._counts[test.service][outcome.outcome] += 1
        self._done += 1
        sign, colour = SIGNS[outcome.outcome]
        short = outcome.name.rpartition(".")[2] or outcome.id
        line = (
            f"{self._done:4}/{len(self._expected)} [{colour}]{sign} {outcome.outcome.value:<9}[/]"
            f" {test.service:<13} {escape(short)} [dim]{outcome.duration:.1f} s[/]"
        )
        passed = outcome.outcome is Outcome.PASSED
        if not (passed and self._live):
            self._console.print(line, highlight=False, soft_wrap=True)
        if not passed:
            self._console.print(f"          {outcome.reason}", markup=False, soft_wrap=True)

    def _view(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        for service, counts in self._counts.items():
            total = sum(test.service == service for test in self._expected)
            done = sum(counts.values())
            told = Text("  ").join(
                Text(f"{SIGNS[word][0]} {counts[word]} {word.value}", style=SIGNS[word][1])
                for word in Outcome
                if counts[word]
            )
            bar = ProgressBar(total=total, completed=done, width=24)
            table.add_row(service, bar, f"{done}/{total}", told)
        names = [self._tests[i].name.rpartition(".")[2] for i in self._running if i in self._tests]
        running = Text("running: " + ", ".join(names), style="dim") if names else Text("")
        return Group(table, running)
