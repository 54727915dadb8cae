"""The journal of a run: one stream of typed events, kept in an SQLite file.

Everything else (terminal, result document, reports) is made from these events, while the run goes
on or afterwards. Only the process that controls the run writes.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from refcheck.errors import BadResult, FolderFault
from refcheck.result.document import Result
from refcheck.result.outcome import Outcome, TestOutcome


@dataclass(frozen=True, slots=True)
class Selected:
    """A test that the run has to account for.

    Attributes:
        service: service type whose capability it belongs to, such as "compute".
        implemented: whether the suite has a test for it.
    """

    id: str
    name: str
    service: str
    implemented: bool


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run begins; says everything that is known before the first test."""

    at: str
    run_id: str
    cloud_name: str
    cloud: str
    deployment: str
    guideline_id: str
    guideline_sha256: str
    target: str
    tool_version: str
    suite_sha256: str
    selected: tuple[Selected, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TestStarted:
    """A test begins."""

    __test__ = False

    at: str
    id: str


@dataclass(frozen=True, slots=True)
class TestFinished:
    """A test has gone through set-up, body and clean-up.

    Attributes:
        detail: what was expected and what came, several lines.
        exchanges: the last exchanges with the cloud, as `Exchange.to_json`; empty for a pass.
        unchecked: calls for which the suite knows no form of the answer.
    """

    __test__ = False

    at: str
    outcome: TestOutcome
    detail: str = ""
    exchanges: tuple[Mapping[str, Any], ...] = ()
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Something that the run created and could not remove."""

    at: str
    what: str


@dataclass(frozen=True, slots=True)
class Hindered:
    """Requests met something that did not keep them from being answered in the end.

    Attributes:
        counts: what → how often, or how many seconds, since the last such event.
    """

    at: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run is over; `complete` is False when it was interrupted."""

    at: str
    complete: bool


Event = RunStarted | TestStarted | TestFinished | LeftBehind | Hindered | RunFinished
_KINDS = {
    kind.__name__: kind
    for kind in (RunStarted, TestStarted, TestFinished, LeftBehind, Hindered, RunFinished)
}


class Journal:
    """Appends events to a new journal file.

    Raises:
        FolderFault: the file cannot be written; so does `append`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._writing():
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            # An event may be lost in a power cut, never in a crash of the process.
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=OFF")
            self._database.execute(
                "CREATE TABLE events (number INTEGER PRIMARY KEY, kind TEXT, body TEXT)"
            )

    def append(self, event: Event) -> None:
        with self._writing():
            self._database.execute(
                "INSERT INTO events (kind, body) VALUES (?, ?)",
                (type(event).__name__, json.dumps(asdict(event))),
            )

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise FolderFault(
                f"the journal of the run cannot be written ({error})",
                where=str(self._path.parent),
                next_step="Free some space, see with `refcheck cleanup` that nothing is left of the"
                " run, and start again.",
            ) from error


def read_journal(path: Path) -> Iterator[Event]:
    """The events of a journal file, in order.

    Raises:
        BadResult: when the file is missing or is no journal.
    """
    fault = BadResult(
        "is not the journal of a run",
        where=str(path),
        next_step="Name a run folder that `refcheck run` made.",
    )
    if not path.is_file():
        raise fault
    try:
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute("SELECT kind, body FROM events ORDER BY number").fetchall()
        for kind, body in rows:
            yield _event(kind, json.loads(body))
    except (sqlite3.DatabaseError, KeyError, TypeError, ValueError) as error:
        raise fault from error


def _event(kind: str, body: dict[str, Any]) -> Event:
    if kind == "RunStarted":
        body["selected"] = tuple(Selected(**entry) for entry in body["selected"])
    if kind == "TestFinished":
        outcome = body["outcome"]
        body["outcome"] = TestOutcome(**{**outcome, "outcome": Outcome(outcome["outcome"])})
        body["exchanges"] = tuple(body["exchanges"])
        body["unchecked"] = tuple(body.get("unchecked", ()))
    event: Event = _KINDS[kind](**body)
    return event


def to_result(events: Iterable[Event]) -> Result:
    """Fold a run's events into its result: one outcome for every selected test, always.

    A test without a finish was not run or was interrupted: undecided.

    Raises:
        BadResult: when the events hold no start of a run.
    """
    start: RunStarted | None = None
    finish: RunFinished | None = None
    begun: set[str] = set()
    outcomes: dict[str, TestOutcome] = {}
    left: list[str] = []
    hindrances: Counter[str] = Counter()
    last = ""
    for event in events:
        last = event.at
        match event:
            case RunStarted():
                start = event
            case TestStarted():
                begun.add(event.id)
            case TestFinished():
                outcomes[event.outcome.id] = event.outcome
            case LeftBehind():
                left.append(event.what)
            case Hindered():
                hindrances.update(event.counts)
            case RunFinished():
                finish = event
    if start is None:
        raise BadResult(
            "the journal holds no start of a run", next_step="Run `refcheck run` again."
        )
    return Result(
        run_id=start.run_id,
        cloud=start.cloud,
        deployment=start.deployment,
        guideline_id=start.guideline_id,
        guideline_sha256=start.guideline_sha256,
        target=start.target,
        started=start.at,
        ended=finish.at if finish else last,
        complete=bool(finish and finish.complete),
        tool_version=start.tool_version,
        suite_sha256=start.suite_sha256,
        outcomes=tuple(
            outcomes.get(test.id) or _without_finish(test, begun=test.id in begun)
            for test in start.selected
        ),
        facts={**start.facts, "left_behind": left, "hindrances": dict(hindrances)},
    )


def _without_finish(test: Selected, *, begun: bool) -> TestOutcome:
    if not test.implemented:
        reason = "not run: refcheck has no test for this id yet"
    else:
        reason = "interrupted" if begun else "not run: the run ended before its turn"
    return TestOutcome(test.id, test.name, Outcome.UNDECIDED, reason)
