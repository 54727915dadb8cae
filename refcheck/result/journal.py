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

from refcheck.errors import BadResult, FolderFault
from refcheck.result.events import (
    Event,
    Hindered,
    LeftBehind,
    RunFinished,
    RunResumed,
    RunStarted,
    TestFinished,
    TestStarted,
)
from refcheck.result.typed import Mistyped, typed

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
    if not path.is_file():
        raise _no_journal(path)
    try:
        with closing(sqlite3.connect(_for_reading(path), uri=True)) as database:
            rows = database.execute(
                "SELECT kind, CAST(body AS BLOB) FROM events ORDER BY number"
            ).fetchall()
    except sqlite3.Error as error:
        raise _no_journal(path, f" ({error})") from error
    for number, (kind, body) in enumerate(rows, 1):
        try:
            yield _event(kind, body)
        except (TypeError, ValueError, RecursionError) as error:
            told = error if isinstance(error, Mistyped) else "is not JSON"
            raise BadResult(
                f"event {number} cannot be read: {told}",
                where=str(path),
                next_step="Read the run with the version of refcheck that made it; if that is this"
                " one, the file is damaged.",
            ) from error


def _for_reading(path: Path) -> str:
    """The address of a journal for one that may not write beside it.

    Without a write-ahead log nobody is writing: then it can be read where nothing can be made.
    """
    log = path.with_name(f"{path.name}-wal")
    return f"{path.absolute().as_uri()}?{'mode=ro' if log.exists() else 'immutable=1'}"


def _no_journal(path: Path, why: str = "") -> BadResult:
    return BadResult(
        f"is not the journal of a run{why}",
        where=str(path),
        next_step="Name a run folder that `refcheck run` made.",
    )


def _event(kind: str, body: bytes) -> Event:
    if kind not in _KINDS:
        raise Mistyped(f"its kind is {kind!r}, which is not known")
    event: Event = typed(_KINDS[kind], json.loads(body))
    return event
