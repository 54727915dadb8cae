"""The ledger of a run: what was created, and how to undo it. Nothing outside it is ever deleted.

One SQLite file per run. An intent is written before each create, the way to undo it right after,
so that a run that was killed leaves a list of what it may have left behind.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Undo:
    """The request that undoes a create.

    Attributes:
        gone: a path that answers 404 once the thing is gone, "" when the answer to the request
            says enough.
    """

    service: str
    method: str
    path: str
    body: Any = None
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that this run created, or meant to."""

    number: int
    kind: str
    name: str
    undo: Undo | None


class Ledger:
    """Open or make the ledger file; safe to use from several worker processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with closing(self._open()) as database, database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY, kind TEXT,"
                " name TEXT, undo TEXT, state TEXT CHECK (state IN ('meant','made','gone','left')),"
                " reason TEXT)"
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
        text = json.dumps([undo.service, undo.method, undo.path, undo.body, undo.gone])
        self._set(number, "state='made', undo=?", text)

    def gone(self, number: int) -> None:
        """Note that the thing is gone, or never came to be."""
        self._set(number, "state='gone', reason=?", "")

    def left(self, number: int, reason: str) -> None:
        """Note that the thing could not be removed, and why."""
        self._set(number, "state='left', reason=?", reason)

    def open_entries(self) -> tuple[Entry, ...]:
        """What may still be there, newest first: the order in which to remove it."""
        return tuple(self._read("state != 'gone'"))

    def _read(self, condition: str) -> Iterator[Entry]:
        with closing(self._open()) as database:
            rows = database.execute(
                f"SELECT number, kind, name, undo FROM entries WHERE {condition}"  # noqa: S608
                " ORDER BY number DESC"
            ).fetchall()
        for number, kind, name, undo in rows:
            yield Entry(number, kind, name, Undo(*json.loads(undo)) if undo else None)

    def _set(self, number: int, assignment: str, value: str) -> None:
        with closing(self._open()) as database, database:
            database.execute(
                f"UPDATE entries SET {assignment} WHERE number=?",  # noqa: S608 - ours, not input
                (value, number),
            )

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=30)
        # A lost page after a power cut costs less than a sync per create.
        database.execute("PRAGMA synchronous=OFF")
        database.execute("PRAGMA journal_mode=WAL")
        return database
