"""A registry to measure: in this process, on SQLite or PostgreSQL, with as many rows as asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from refcheck_server import migrating
from refcheck_server.app import create_app
from refcheck_server.database import Database
from refcheck_server.settings import from_environment
from sqlalchemy import event

from tests.server.conftest import Clock, Registry

_REFERENCE = 0.4
"""Seconds that ten million additions take on the machine that the limits were made for."""
_ADDITIONS = 10_000_000


def calibration() -> float:
    """How many times as long as the reference machine this one takes, now."""
    began, total = time.process_time(), 0
    for number in range(_ADDITIONS):
        total += number
    return (time.process_time() - began) / _REFERENCE


@contextmanager
def registry_at(url: str) -> Iterator[Registry]:
    """A registry on a new database, with the account `example`."""
    rates = {f"REFCHECK_REGISTRY_{one}_RATE": "1000000 per minute" for one in ("UPLOAD", "REQUEST")}
    settings = from_environment(rates, database=url)
    migrating.upgrade(Database(settings.database_url))
    clock = Clock()
    app = create_app(settings, now=clock)
    database: Database = app.extensions["refcheck_database"]
    made = Registry(settings, database, app.test_client(), clock)
    made.join("example")
    try:
        yield made
    finally:
        database.engine.dispose()


def sqlite_in(folder: Path) -> str:
    """The address of a new SQLite file."""
    return f"sqlite:///{folder / 'registry.db'}"


@contextmanager
def counted(registry: Registry) -> Iterator[list[str]]:
    """The SQL statements that are sent meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(registry.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(registry.database.engine, "before_cursor_execute", note)


def milliseconds(ask: Callable[[], object], *, rounds: int = 10) -> float:
    """Processor time of one call: the best of three times `rounds` calls."""
    ask()
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        for _ in range(rounds):
            ask()
        best = min(best, (time.process_time() - began) / rounds)
    return best * 1000


def line(what: str, found: float, statements: int | None, slow: float, limit: float) -> str:
    """A figure for the terminal; the limit is for the reference machine."""
    kept = "kept" if found / slow <= limit else "MISSED"
    asked = "" if statements is None else f"{statements:3} statements"
    return (
        f"{what:<56} {found:8.2f} ms here {found / slow:8.2f} ms there  {asked:<15}"
        f" limit {limit:g} ms {kept}"
    )
