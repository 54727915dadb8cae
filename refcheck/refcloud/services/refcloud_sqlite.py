"""Make oslo.db on SQLite fit for a service with many threads.

Import before any engine is made; call `serialize_writers` once the service has chosen its
concurrency backend. Each database must belong to ONE process.
"""

import contextlib
import sqlite3
import threading
import types
from collections.abc import Iterator
from typing import Any

from oslo_db.sqlalchemy import enginefacade, engines
from sqlalchemy import pool

_LOCK_TIMEOUT = 60.0

_connect = sqlite3.dbapi2.connect
_writing = threading.RLock()


def _connect_wal(database: Any, *args: Any, **options: Any) -> sqlite3.Connection:
    """Open a database in WAL mode (readers never wait) without fsync (it is a throw-away cloud)."""
    options["timeout"] = _LOCK_TIMEOUT
    connection = _connect(database, *args, **options)
    if database != ":memory:":
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
    return connection


sqlite3.connect = sqlite3.dbapi2.connect = _connect_wal


class KeptConnections(pool.QueuePool):
    """Connections that are used again, as many as there are transactions at once.

    Without it oslo.db opens a file anew for each transaction, and whoever closes it last copies the
    write-ahead log back: a quarter of what the services did.
    """

    def __init__(self, creator: Any, **options: Any) -> None:
        usual = {"pool_size": 32, "max_overflow": -1, "use_lifo": True}
        # A file that is open answers: nobody need ask it before each use.
        super().__init__(creator, **{**usual, **options, "pre_ping": False})


engines.pool = types.SimpleNamespace(**{**vars(pool), "NullPool": KeptConnections})


@contextlib.contextmanager
def _one_at_a_time(block: Any) -> Iterator[Any]:
    got = _writing.acquire(timeout=_LOCK_TIMEOUT)
    try:
        with block as result:
            yield result
    finally:
        if got:
            _writing.release()


def serialize_writers() -> None:
    """Run every writer block of enginefacade under one re-entrant lock of this process.

    Two threads that both upgrade a read snapshot to a write make SQLite answer "database is
    locked" at once, whatever the timeout. BEGIN IMMEDIATE would deadlock instead: nova opens an
    independent writer inside a writer of the same thread. A re-entrant lock allows exactly that.
    """
    context = enginefacade._TransactionContext
    produce_block = context._produce_block

    def _produce_block(self: Any, mode: Any, *args: Any, **options: Any) -> Any:
        block = produce_block(self, mode, *args, **options)
        return _one_at_a_time(block) if mode is enginefacade._WRITER else block

    context._produce_block = _produce_block
