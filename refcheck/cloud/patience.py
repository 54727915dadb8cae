"""How long to wait for a cloud that was waited for in vain before.

A wait that has used up its budget leaves a quarter of it to the next one of its kind, in all
processes of the run, and so on down to a least; one that was worth its while gives the whole budget
back. So what a cloud never gets done costs a run minutes, however many tests ask for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

LEAST = 10.0
"""Seconds that any wait may take, if its budget is not smaller."""
_LEFT = 0.25
_LEAST_LEFT = 1 / 30
"""Parts of the budget: what a wait in vain leaves to the next, and what is left in any case."""
_LONGER_THAN_KNOWN = 2.0


def allowance(budget: float, in_vain: int, longest: float = 0.0) -> float:
    """Seconds that a wait may take after so many that were in vain.

    Args:
        longest: seconds that a wait of its kind has taken and was worth its while.
    """
    least = max(LEAST, budget * _LEAST_LEFT, longest * _LONGER_THAN_KNOWN)
    return min(budget, max(budget * _LEFT**in_vain, least))


class Patience:
    """What the processes of a run know of waits in vain, by kind of wait.

    Args:
        file: an SQLite file, in which a table is made at the first need.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def in_vain(self, kind: str) -> int:
        """How many waits of this kind were in vain, one after the other."""
        with self._open() as database:
            row = database.execute("SELECT times FROM in_vain WHERE kind=?", (kind,)).fetchone()
        return int(row[0]) if row else 0

    def lose(self, kind: str, before: int) -> None:
        """A wait was in vain, before which that many were: several at once count as one."""
        with self._open() as database:
            database.execute(
                "INSERT INTO in_vain VALUES (?, ?)"
                " ON CONFLICT (kind) DO UPDATE SET times=max(times, excluded.times)",
                (kind, before + 1),
            )

    def restore(self, kind: str) -> None:
        """A wait was worth its while."""
        if self.in_vain(kind):
            with self._open() as database:
                database.execute("DELETE FROM in_vain WHERE kind=?", (kind,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=60, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous=OFF")
            database.execute(
                "CREATE TABLE IF NOT EXISTS in_vain (kind TEXT PRIMARY KEY, times INTEGER)"
            )
            yield database
