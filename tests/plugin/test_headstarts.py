"""What takes long is begun before the first test, and the tests about it come last."""

import pytest

from refcheck.cloud.discovery import Facts
from refcheck.cloud.signals import CloudFault
from refcheck.plugin.bench import Bench
from refcheck.plugin.draining import Stopping
from refcheck.plugin.headstarts import Headstarts
from refcheck.plugin.worker import Worker

pytest_plugins = ["pytester"]
IDS = [f"11111111-1111-4111-8111-00000000000{number}" for number in range(3)]


class Shared:
    """Has a thing that takes long, and one that cannot be made."""

    def __init__(self, seen):
        self._seen = seen

    @property
    def long_one(self):
        self._seen.append("begun")
        return "made"

    @property
    def broken_one(self):
        self._seen.append("in vain")
        raise CloudFault("it cannot be had")


@pytest.fixture
def run(pytester, tmp_path, monkeypatch):
    """Run three tests in one process, the first marked with a headstart; what happened, in order."""

    def run(what, *options):
        pytester.makepyfile(
            "from refcheck.testing import *\n"
            f"@headstart({what!r})\n@idempotent_id('{IDS[0]}')\ndef test_0(): pass\n"
            f"@idempotent_id('{IDS[1]}')\ndef test_1(): pass\n"
            f"@idempotent_id('{IDS[2]}')\ndef test_2(): pass\n"
        )
        seen = []
        bench = Bench("none", Facts(), tmp_path, "rc-x")
        monkeypatch.setattr(Bench, "shared", Shared(seen))

        class Order:
            def pytest_configure(self, config):
                config.stash[Bench.KEY] = bench

            def pytest_runtest_setup(self, item):
                seen.append(item.name)

        plugins = [Worker(IDS, bench, Stopping(tmp_path)), Headstarts(bench), Order()]
        pytester.inline_run("-p", "no:cacheprovider", *options, plugins=plugins)
        return seen

    return run


def test_it_is_begun_before_the_first_test_and_looked_at_after_the_others(run):
    assert run("long_one") == ["begun", "test_1", "test_2", "test_0"]


def test_what_cannot_be_begun_stops_no_other_test(run):
    assert run("broken_one") == ["in vain", "test_1", "test_2", "test_0"]


def test_nothing_is_begun_for_a_test_that_does_not_run(run):
    assert run("long_one", "-k", "not test_0") == ["test_1", "test_2"]
