"""What takes long is begun before the first test; what a test is marked with comes last."""

import threading

import pytest

from refcheck.cloud.discovery import Facts
from refcheck.cloud.signals import CloudFault
from refcheck.cloud.waiting import Memory
from refcheck.plugin.bench import Bench
from refcheck.plugin.calls import Recorded, Recording
from refcheck.plugin.draining import Stopping
from refcheck.plugin.headstarts import Headstarts
from refcheck.plugin.worker import Worker

pytest_plugins = ["pytester"]
IDS = [f"11111111-1111-4111-8111-00000000000{number}" for number in range(3)]
NOTHING = Recorded()
SERVERS = Recorded(shares={"servers": Recorded(shares={"creation": Recorded()})})


class Shared:
    """Has what takes long, what cannot be made, and what is made until somebody ends it."""

    def __init__(self, seen, ended):
        self._seen, self._ended = seen, ended

    def __getattr__(self, name):
        self._seen.append(name)
        if name == "broken_one":
            raise CloudFault("it cannot be had")
        if name == "volume":
            self._ended.wait(30)
        return "made"


@pytest.fixture
def run(pytester, tmp_path, monkeypatch):
    """Run three tests in one process, the first marked with a headstart; what happened.

    Args:
        shares: of the second test, as recorded.
    """

    def run(what, *options, shares=NOTHING):
        pytester.makepyfile(
            "from refcheck.testing import *\n"
            f"@headstart({what!r})\n@idempotent_id('{IDS[0]}')\ndef test_0(): pass\n"
            f"@idempotent_id('{IDS[1]}')\ndef test_1(): pass\n"
            f"@idempotent_id('{IDS[2]}')\ndef test_2(): pass\n"
        )
        seen, bench = [], Bench("none", Facts(), tmp_path, "rc-x")
        headstarts = Headstarts(bench)
        monkeypatch.setattr(Bench, "shared_beside", lambda *_: Shared(seen, headstarts._ended))
        monkeypatch.setattr(Bench, "memory_beside", Memory.of_this_process())
        monkeypatch.setattr(Recording, "load", lambda _: Recording({IDS[1]: shares}, 0.01))

        class Order:
            def pytest_configure(self, config):
                config.stash[Bench.KEY] = bench

            def pytest_runtest_setup(self, item):
                seen.append(item.name)

        plugins = [Worker(IDS, bench, Stopping(tmp_path)), headstarts, Order()]
        pytester.inline_run("-p", "no:cacheprovider", *options, plugins=plugins)
        assert threading.active_count() == 1 or not any(t.is_alive() for t in headstarts._threads)
        return seen

    return run


def begun(seen):
    return {one for one in seen if not one.startswith("test_")}


def run_of(seen):
    return [one for one in seen if one.startswith("test_")]


def test_what_a_test_is_marked_with_is_begun_and_the_test_comes_last(run):
    seen = run("long_one")
    assert begun(seen) == {"long_one"}
    assert run_of(seen) == ["test_1", "test_2", "test_0"]


def test_what_cannot_be_begun_stops_no_test(run):
    seen = run("broken_one")
    assert begun(seen) == {"broken_one"}
    assert run_of(seen) == ["test_1", "test_2", "test_0"]


def test_nothing_is_begun_for_a_test_that_does_not_run(run):
    seen = run("long_one", "-k", "not test_0 and not test_1", shares=SERVERS)
    assert seen == ["test_2"]


def test_what_tests_share_is_begun_with_all_that_it_needs_in_its_order(run):
    seen = run("long_one", "-k", "not test_0", shares=SERVERS)
    assert [one for one in seen if not one.startswith("test_")] == ["creation", "servers"]


def test_once_the_tests_have_ended_nothing_more_is_begun(run):
    both = Recorded(shares={"volume": Recorded(), "volumes": Recorded()})
    assert begun(run("long_one", "-k", "not test_0", shares=both)) == {"volume"}
