"""The ledger of a run: what was created, and how to undo it. Nothing outside it is ever deleted.

One SQLite file per run. An intent is written before each create, the way to undo it right after,
so that a run that was killed leaves a list of what it may have left behind.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refcheck.errors import BadInput


@dataclass(frozen=True, slots=True)
class Undo:
    """The request that undoes a create.

    Attributes:
        gone: a path that answers 404 once the thing is gone, "" when the answer to the request
            says enough.
        along: path of the thing whose deletion takes this one along, "" when there is none.
    """

    service: str
    method: str
    path: str
    body: Any = None
    gone: str = ""
    along: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that this run created, or meant to.

    Attributes:
        leaving: its deletion was accepted.
    """

    number: int
    kind: str
    name: str
    undo: Undo | None
    leaving: bool = False


class Ledger:
    """Open or make the ledger file; safe to use from several worker processes at once.

    Args:
        scrub: removes secrets from what is kept of a cloud's words.

    Raises:
        BadInput: the file is damaged, or of another version; so do the methods.
    """

    def __init__(self, path: Path, scrub: Callable[[str], str] = str) -> None:
        self._path = path
        self._scrub = scrub
        with self._legible(), closing(self._open()) as database, database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY, kind TEXT,"
                " name TEXT, undo TEXT, state TEXT CHECK (state IN"
                " ('meant','made','leaving','gone','left')), reason TEXT)"
            )

    def meant(self, kind: str, name: str) -> int:
        """Note that a create is about to be sent. Returns the entry's number."""
        with closing(self._open()) as database, database:
            row = database.execute(
                "INSERT INTO entries (kind, name, state) VALUES (?, ?, 'meant')", (kind, name)
            )
            return int(row.lastrowid or 0)

    def made(self, number: int, undo: Undo) -> None:
        """Note that the create was accepted."""
        text = json.dumps([undo.service, undo.method, undo.path, undo.body, undo.gone, undo.along])
        self._set(number, "state='made', undo=?", text)

    def leaving(self, number: int) -> None:
        """Note that its deletion was accepted, and may take its time."""
        self._set(number, "state='leaving', reason=?", "")

    def gone(self, number: int) -> None:
        """Note that the thing is gone, or never came to be."""
        self._set(number, "state='gone', reason=?", "")

    def left(self, number: int, reason: str) -> str:
        """Note that the thing could not be removed, and why. Returns what may be kept of it."""
        kept = self._scrub(reason)
        self._set(number, "state='left', reason=?", kept)
        return kept

    def open_entries(self) -> tuple[Entry, ...]:
        """What may still be there, newest first: the order in which to remove it."""
        with self._legible():
            return tuple(self._read("state != 'gone'"))

    def _read(self, condition: str) -> Iterator[Entry]:
        with closing(self._open()) as database:
            rows = database.execute(
                f"SELECT number, kind, name, undo, state FROM entries WHERE {condition}"  # noqa: S608
                " ORDER BY number DESC"
            ).fetchall()
        for number, kind, name, undo, state in rows:
            way = Undo(*json.loads(undo)) if undo else None
            yield Entry(number, kind, name, way, leaving=state == "leaving")

    @contextmanager
    def _legible(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, TypeError, ValueError) as error:
            raise BadInput(
                f"the ledger cannot be read ({error})",
                where=str(self._path),
                next_step="Free some space if its disk is full; clean up with the version that"
                " made the run; or remove by hand what has the run's prefix in its name, as"
                " rc-0a1b2c3d-server-…",
            ) from error

    def _set(self, number: int, assignment: str, value: str) -> None:
        with closing(self._open()) as database, database:
            database.execute(
                f"UPDATE entries SET {assignment} WHERE number=?",  # noqa: S608 - ours, not input
                (value, number),
            )

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=30)
        # A lost page after a power cut costs less than a sync per create. No write-ahead log: who
        # turns it on while another opens the file is told "locked" at once, and does not wait.
        database.execute("PRAGMA synchronous=OFF")
        return database
