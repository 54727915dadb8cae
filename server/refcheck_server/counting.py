"""Counting requests for limits, in a file that all workers of a registry share.

The memory of the library `limits` itself is one worker's, starts a thread for nearly every
request, and looks at every address each time. Nothing here needs to outlive the registry, so SQLite
waits for no disk: to count takes some microseconds.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Any

from limits.storage import Storage

SCHEME = "windows://"
OWN_MEMORY = ":memory:"
_SET_UP = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=OFF;
CREATE TABLE IF NOT EXISTS windows (key TEXT PRIMARY KEY, count INTEGER, ends REAL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_end ON windows (ends);
"""
_COUNT = """
INSERT INTO windows VALUES (:key, :amount, :then) ON CONFLICT DO UPDATE SET
    count = CASE WHEN ends > :now THEN count + :amount ELSE :amount END,
    ends = CASE WHEN ends > :now THEN ends ELSE :then END
RETURNING count
"""


class Windows(Storage):
    """How often each key was counted since its window began.

    Args:
        uri: `windows://FILE`, or `windows://:memory:` for a worker on its own.
    """

    STORAGE_SCHEME = ("windows",)  # type: ignore[assignment]

    def __init__(self, uri: str, **options: float | str | bool) -> None:
        super().__init__(uri, bool(options.get("wrap_exceptions")))
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            uri.removeprefix(SCHEME), isolation_level=None, check_same_thread=False
        )
        self._connection.executescript(_SET_UP)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count; the count of the window, which lasts `expiry` seconds from its first."""
        now = time.time()
        given = {"key": key, "amount": amount, "now": now, "then": now + expiry}
        count: int = self._ask(_COUNT, given)
        if count == amount:  # a window begins: a good time to forget those that are over
            self._ask("DELETE FROM windows WHERE ends <= ?", (now,))
        return count

    def get(self, key: str) -> int:
        """The count of the window that is open."""
        open_one = "SELECT sum(count) FROM windows WHERE key = ? AND ends > ?"
        return self._ask(open_one, (key, time.time())) or 0

    def get_expiry(self, key: str) -> float:
        """When the window ends."""
        return self._ask("SELECT max(ends) FROM windows WHERE key = ?", (key,)) or time.time()

    def check(self) -> bool:
        """It always works."""
        return True

    def reset(self) -> int:
        """Forget everything; how much that was."""
        count: int = self._ask("SELECT count(*) FROM windows", ())
        self._ask("DELETE FROM windows", ())
        return count

    def clear(self, key: str) -> None:
        """Forget one key."""
        self._ask("DELETE FROM windows WHERE key = ?", (key,))

    def _ask(self, statement: str, given: Any) -> Any:
        """The value that a statement finds, if it finds one."""
        with self._lock:
            found = self._connection.execute(statement, given).fetchall()
        return found[0][0] if found else None
