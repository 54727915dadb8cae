"""What takes the cloud long is begun before the first test, and looked at in the last ones."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import pytest

from refcheck.plugin.bench import Bench
from refcheck.testing import Absent, CloudFault, HarnessFault, Undecided


def named(item: pytest.Item) -> str:
    """What is begun for this test, "" for most."""
    mark = item.get_closest_marker("headstart")
    return str(mark.args[0]) if mark else ""


class Headstarts:
    """In one process of the run: begins what tests of this run are marked with."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        begin(self._bench, session.items)


def begin(bench: Bench, items: Iterable[pytest.Item]) -> None:
    """Begin it all. What cannot be begun says so in the test that needs it."""
    for what in dict.fromkeys(filter(None, map(named, items))):
        with contextlib.suppress(Absent, CloudFault, HarnessFault, Undecided):
            getattr(bench.shared, what)
