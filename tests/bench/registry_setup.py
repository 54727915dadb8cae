"""A registry to measure: in this process, on SQLite or PostgreSQL, with as many rows as asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from refcheck_server import migrating
from refcheck_server.app import create_app
from refcheck_server.commandline import collect_seldom
from refcheck_server.database import Database
from refcheck_server.settings import from_environment
from sqlalchemy import event
from werkzeug.test import EnvironBuilder

from tests.server.conftest import Clock, Registry

_REFERENCE = 0.04
"""Seconds that a million additions take on the machine that the limits were made for."""
_ADDITIONS = 1_000_000
_BATCHES = 6


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time that one call takes: on this machine, and on the reference."""

    here: float
    there: float


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
    collect_seldom()
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


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as a server hands it to the application; what a client does for it is done before."""

    app: Flask
    environ: dict[str, Any]
    body: bytes

    def __call__(self) -> int:
        """Send it and read the whole answer; the status."""
        statuses: list[str] = []
        environ = {**self.environ, "wsgi.input": BytesIO(self.body)}
        answer = self.app.wsgi_app(
            environ, lambda status, _headers, _error=None: statuses.append(status)
        )
        try:
            for _ in answer:
                pass
        finally:
            answer.close()
        return int(statuses[0].split()[0])


def asking(registry: Registry, address: str, body: bytes | None = None) -> Asking:
    """To read a page, or to send a result."""
    headers = {} if body is None else {"Authorization": f"Bearer {registry.example.token}"}
    builder = EnvironBuilder(
        address, method="GET" if body is None else "POST", headers=headers, data=body
    )
    return Asking(registry.client.application, builder.get_environ(), body or b"")


@contextmanager
def counted(registry: Registry) -> Iterator[list[str]]:
    """The SQL statements that are sent meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(registry.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(registry.database.engine, "before_cursor_execute", note)


def cost(ask: Callable[[], object], *, calls: int = 10) -> Cost:
    """What one call costs: the best of some batches, each beside what the machine does just then."""
    batches = []
    for _ in range(_BATCHES):
        before, began = calibration(), time.process_time()
        for _ in range(calls):
            ask()
        here = (time.process_time() - began) / calls * 1000
        batches.append(Cost(here, here / ((before + calibration()) / 2)))
    return min(batches, key=lambda one: one.there)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a request may cost on the reference machine, and what it costs RefStack.

    RefStack's figures are of its own code on Python 3.11 with MariaDB, processor time of both,
    with 300 tests, or 10,000 results in a list.
    """

    ms: float
    refstack_ms: float
    refstack_statements: int


UPLOAD = Limit(5, 32.7 + 9.2, 304)
LIST = Limit(10, 127 + 75, 134)
RESULT = Limit(15, 20.7 + 2.7, 32)
REFSTACK_BYTES = 133_000


def line(what: str, found: Cost, statements: int, limit: Limit) -> str:
    """A figure for the terminal; the limit is for the reference machine."""
    return (
        f"{what:<48} {found.here:6.2f} ms here {found.there:6.2f} ms there {statements:2} statements"
        f"  {found.there / limit.refstack_ms:6.1%} and {statements / limit.refstack_statements:4.0%}"
        f" of RefStack's  limit {limit.ms:g} ms {'kept' if found.there <= limit.ms else 'MISSED'}"
    )
