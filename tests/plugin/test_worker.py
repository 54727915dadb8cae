"""A test that fails is tried again, on resources that no attempt has had."""

import pytest

from refcheck.cloud.discovery import Facts
from refcheck.plugin.attempting import Attempting
from refcheck.plugin.bench import Bench
from refcheck.plugin.draining import Stopping
from refcheck.plugin.worker import CONVINCED_AFTER, Worker
from refcheck.result.outcome import Outcome

pytest_plugins = ["pytester"]
FAILED, PASSED = Outcome.FAILED, Outcome.PASSED
DEFAULT = Attempting()


def id_of(number):
    return f"11111111-1111-4111-8111-{number:012}"


class Collector:
    """Notes what each attempt at each test came to, and what was fresh for it."""

    def __init__(self):
        self.ended = []

    def pytest_runtest_logreport(self, report):
        if report.when == "call":
            said = report.refcheck
            self.ended.append((said["id"][-1], said["attempt"], Outcome(said["outcome"])))


@pytest.fixture
def run(pytester, tmp_path):
    """Run tests with these bodies, one file, in one worker."""

    def run(*bodies, attempting=DEFAULT, made=None):
        tests = [
            f"@idempotent_id('{id_of(i)}')\ndef test_{i}(request, count):\n    {body}\n"
            for i, body in enumerate(bodies)
        ]
        pytester.makepyfile(
            "import pytest, collections\n"
            "from refcheck.testing import *\n"
            "from refcheck.plugin.fixtures import bench_of\n"
            "calls = collections.Counter()\n"
            "@pytest.fixture\n"
            "def count(request):\n"
            "    calls[request.node.name] += 1\n"
            "    return calls[request.node.name]\n" + "\n".join(tests)
        )
        bench = Bench("none", Facts(), tmp_path, "rc-x")
        collector = Collector()
        ids = [id_of(i) for i in range(len(bodies))]
        worker = Worker(ids, bench, Stopping(tmp_path), attempting, made)

        class Stash:
            def pytest_configure(self, config):
                config.stash[Bench.KEY] = bench

        pytester.inline_run("-p", "no:cacheprovider", plugins=[collector, worker, Stash()])
        return collector.ended

    return run


def test_what_fails_once_and_then_passes_has_two_attempts(run):
    assert run("assert count > 1") == [("0", 1, FAILED), ("0", 2, PASSED)]


def test_what_fails_twice_is_not_tried_a_third_time(run):
    assert run("assert False") == [("0", 1, FAILED), ("0", 2, FAILED)]


def test_what_passes_or_is_in_error_is_run_once(run):
    assert [a for _, a, _ in run("pass", "raise HarnessFault('network: gone')")] == [1, 1]


def test_only_second_attempts_get_nothing_that_first_ones_had(run):
    body = "assert bench_of(request.config).afresh is (count == 2) and count == 2"
    assert run(body, "assert not bench_of(request.config).afresh") == [
        ("0", 1, FAILED), ("0", 2, PASSED), ("1", 1, PASSED),
    ]  # fmt: skip


def test_fixtures_are_made_anew_for_each_attempt(run):
    assert run("assert count == 2", "assert count == 2")[-1] == ("1", 2, PASSED)


def test_after_enough_tests_that_failed_again_none_is_tried_again(run):
    ended = run(*["assert False"] * (CONVINCED_AFTER + 2))
    assert [attempt for _, attempt, _ in ended] == [1, 2] * CONVINCED_AFTER + [1, 1]


def test_one_that_passed_the_second_time_shows_that_trying_again_is_worth_it(run):
    bodies = ["assert False"] * (CONVINCED_AFTER - 1) + ["assert count > 1"]
    ended = run(*bodies, *["assert False"] * 2)
    assert [attempt for _, attempt, _ in ended] == [1, 2] * (CONVINCED_AFTER + 2)


def test_repeated_tests_run_so_often_and_share_as_usual(run):
    body = "assert not bench_of(request.config).afresh and count != 2"
    ended = run(body, attempting=Attempting(repeat=3))
    assert ended == [("0", 1, PASSED), ("0", 2, FAILED), ("0", 3, PASSED)]


def test_a_resumed_run_makes_the_attempt_that_was_missing(run):
    ended = run("pass", made={id_of(0): [FAILED]})
    assert ended == [("0", 2, PASSED)]


def test_no_test_begins_once_the_run_was_asked_to_stop(run, tmp_path):
    ended = run(f"open({str(tmp_path / 'stopping')!r}, 'w').close(); assert False", "pass")
    assert ended == [("0", 1, FAILED)]
