"""The journal of a run: its stream of events, kept in an SQLite file.

Everything else (terminal, result document, reports) is made from these events, while the run goes
on or afterwards. Only the process that controls the run writes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from refcheck.errors import BadResult, FolderFault
from refcheck.result.events import (
    Event,
    Hindered,
    LeftBehind,
    RunFinished,
    RunResumed,
    RunStarted,
    Selected,
    TestFinished,
    TestStarted,
    Wait,
)
from refcheck.result.outcome import Attempt, Outcome, TestOutcome

_KINDS = {
    kind.__name__: kind
    for kind in (
        RunStarted, RunResumed, TestStarted, TestFinished, LeftBehind, Hindered, RunFinished
    )
}  # fmt: skip


class Journal:
    """Appends events to a journal file: to a new one, or to that of a run that goes on.

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
                "CREATE TABLE IF NOT EXISTS events"
                " (number INTEGER PRIMARY KEY, kind TEXT, body TEXT)"
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
        body["outcome"] = _outcome(body["outcome"])
        body["exchanges"] = tuple(body["exchanges"])
        body["unchecked"] = tuple(body.get("unchecked", ()))
        body["waits"] = tuple(Wait(**wait) for wait in body.get("waits", ()))
    event: Event = _KINDS[kind](**body)
    return event


def _outcome(body: dict[str, Any]) -> TestOutcome:
    body["outcome"] = Outcome(body["outcome"])
    tries = body.get("tries", ())
    body["tries"] = tuple(Attempt(**{**one, "outcome": Outcome(one["outcome"])}) for one in tries)
    return TestOutcome(**body)
