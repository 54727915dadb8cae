"""Keeping a run's events: beside the plain insertion of the same bytes."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from itertools import cycle
from pathlib import Path

from refcheck.result.events import TestFinished, TestStarted, Wait
from refcheck.result.journal import Journal
from refcheck.result.outcome import Outcome, TestOutcome
from tests.bench.measuring import Figure, compare

_AT = "2026-11-20T12:00:00.000000Z"
_ID = "11111111-1111-4111-8111-111111111111"
_EXCHANGES = 8
_BODY = json.dumps({"servers": [{"id": _ID, "name": "rc-0a1b2c3d-server", "x": "y" * 200}] * 12})
_EVENTS = 1000


def figures() -> Iterator[Figure]:
    yield from appending()


def events() -> tuple[TestStarted | TestFinished, ...]:
    """What a test that passes and one that fails leave: starts, waits, and evidence of the fail."""
    exchange = {
        "method": "GET", "url": "http://cloud.example/compute/v2.1/servers/detail", "status": 200,
        "request_headers": {"Accept": "application/json"}, "request_body": "",
        "answer_headers": {"Content-Type": "application/json"}, "answer_body": _BODY,
        "request_id": f"req-{_ID}", "seconds": 0.25, "curl": "curl -H 'X-Auth-Token: …' " + "u" * 99,
    }  # fmt: skip
    waits = (Wait("server ['ACTIVE']", 0.1, 2.5, 7),) * 2
    passed = TestOutcome(_ID, "tempest.api.compute.test", Outcome.PASSED, duration=1.25)
    failed = TestOutcome(_ID, "tempest.api.compute.test", Outcome.FAILED, "answered 500", 1.25)
    evidence = (exchange,) * _EXCHANGES
    return (
        TestStarted(_AT, _ID),
        TestFinished(_AT, passed, worker="gw0", waits=waits),
        TestStarted(_AT, _ID),
        TestFinished(_AT, failed, "detail\n" * 40, evidence, worker="gw1", waits=waits),
    )


def appending() -> Iterator[Figure]:
    """As many events as a whole run has, half of its tests failing with evidence."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder, "journal.sqlite"))
        plain = sqlite3.connect(Path(folder, "plain.sqlite"), isolation_level=None)
        plain.execute("PRAGMA journal_mode=WAL")
        plain.execute("PRAGMA synchronous=OFF")
        plain.execute("CREATE TABLE events (number INTEGER PRIMARY KEY, kind TEXT, body TEXT)")
        some = [event for event, _ in zip(cycle(events()), range(_EVENTS), strict=False)]
        bodies = [(type(one).__name__, json.dumps(asdict(one))) for one in some]

        def append() -> None:
            for event in some:
                journal.append(event)

        def insert() -> None:
            for row in bodies:
                plain.execute("INSERT INTO events (kind, body) VALUES (?, ?)", row)

        size = sum(len(body) for _, body in bodies) >> 10
        yield compare(
            f"append {_EVENTS} events ({size} KiB) to a journal: as many milliseconds are allowed",
            append,
            "inserting the same texts into SQLite",
            insert,
            limit=_EVENTS * 0.001,
            rounds=5,
        )
        journal.close()
        plain.close()
