"""What takes the cloud long is begun before the first test, and looked at when it is needed.

Two kinds of it: what a test is marked with (`headstart`), which then comes among the last; and what
several tests share and takes longer to become ready than to ask for. Both are made in threads
beside the tests of one worker; whoever needs something of it earlier waits, as if another worker
were making it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator

import pytest

from refcheck.cloud.waiting import MEMORY
from refcheck.plugin import suite
from refcheck.plugin.bench import Bench
from refcheck.plugin.calls import Recording
from refcheck.plugin.selection import idempotent_id

AHEAD = {
    "compute": (
        "several", "resizing", "creation", "servers", "twin", "rebuilt_server",
    ),
    "block-storage": ("volume", "snapshots", "volumes"),
}  # fmt: skip
"""Thread → what it makes of the things that tests share (`refcheck.plugin.given.Shared`), one after
the other: those first that tests need first."""


def named(item: pytest.Item) -> str:
    """What is begun for this test, "" for most."""
    mark = item.get_closest_marker("headstart")
    return str(mark.args[0]) if mark else ""


def worth_a_start(items: Iterable[pytest.Item], recording: Recording) -> dict[str, list[str]]:
    """Thread → what to begin there for these tests, and for no others."""
    items = list(items)
    threads = {name: [name] for name in filter(None, map(named, items))}
    recorded = filter(None, (recording.of(idempotent_id(item)) for item in items))
    shared = {name for one in recorded for part in one.parts() for name in part.shares}
    for thread, names in AHEAD.items():
        if wanted := [name for name in names if name in shared]:
            threads[thread] = wanted
    return threads


class Headstarts:
    """In one worker of the run: begins what its tests will need, and stops when they have ended."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        worth = worth_a_start(session.items, Recording.load(suite.folder()))
        for thread, names in worth.items():
            job = threading.Thread(target=self._begin, args=(thread, names), daemon=True)
            self._threads.append(job)
            job.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Nothing is created any more once the worker has told what it created."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _begin(self, thread: str, names: Iterable[str]) -> None:
        MEMORY.set(self._bench.memory_beside)
        shared = self._bench.shared_beside(thread)
        for name in self._while_tests_run(names):
            # What cannot be made says so in the tests that need it.
            with contextlib.suppress(Exception):
                getattr(shared, name)

    def _while_tests_run(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            if self._ended.is_set():
                return
            yield name
