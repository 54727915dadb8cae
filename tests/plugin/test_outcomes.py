"""However a test ends, it ends with exactly one outcome, and nothing but a clean end is a pass."""

import pytest

from refcheck.cloud.discovery import Facts
from refcheck.plugin.bench import Bench
from refcheck.plugin.outcomes import Phases
from refcheck.plugin.worker import Worker
from refcheck.result.outcome import Outcome

pytest_plugins = ["pytester"]
TEST_ID = "11111111-1111-4111-8111-111111111111"


class Collector:
    """Stands where the controller stands: adds up the phases of each test."""

    def __init__(self):
        self.phases = Phases({TEST_ID: "the.name"})
        self.ended = []

    def pytest_runtest_logreport(self, report):
        ended = self.phases.add(report)
        if ended:
            self.ended.append(ended)


@pytest.fixture
def run(pytester, tmp_path):
    """Run one test with this source around it; give its outcome and evidence."""

    def run(body, fixture="pass", finaliser="pass"):
        pytester.makepyfile(
            f"""
            import pytest
            from refcheck.testing import *

            @pytest.fixture
            def thing():
                {fixture}
                yield
                {finaliser}

            @idempotent_id("{TEST_ID}")
            def test_it(thing):
                {body}
            """
        )
        collector = Collector()
        bench = Bench("none", Facts(), tmp_path, "rc-x")
        plugins = [collector, Worker(frozenset({TEST_ID}), bench)]
        pytester.inline_run("-p", "no:cacheprovider", plugins=plugins)
        return collector.ended

    return run


@pytest.mark.parametrize(
    ("body", "outcome", "reason"),
    [
        ("pass", Outcome.PASSED, ""),
        ("assert 1 == 2", Outcome.FAILED, "assert 1 == 2"),
        ("raise CloudFault('answered 500')", Outcome.FAILED, "answered 500"),
        ("raise Absent('no object-store')", Outcome.ABSENT, "no object-store"),
        ("raise Undecided('needs a guest')", Outcome.UNDECIDED, "needs a guest"),
        ("raise HarnessFault('quota: full')", Outcome.ERROR, "quota: full"),
        ("{}['x']", Outcome.ERROR, "harness: KeyError in call: 'x'"),
        ("pytest.skip('not today')", Outcome.ERROR, "harness: the test skipped itself"),
        ("pytest.xfail('known')", Outcome.ERROR, "harness: the test skipped itself"),
        ("raise SystemExit(0)", Outcome.ERROR, "harness: SystemExit in call"),
    ],
)
def test_the_body_decides(run, body, outcome, reason):
    ((ended, evidence),) = run(body)
    assert ended.outcome is outcome
    assert ended.reason.startswith(reason)
    assert (ended.id, ended.name) == (TEST_ID, "the.name")
    assert bool(evidence["detail"]) == (outcome is not Outcome.PASSED and "skipped" not in reason)


def test_a_fault_of_the_cloud_in_set_up_is_a_failure(run):
    ((ended, _),) = run("pass", fixture="raise CloudFault('server became ERROR')")
    assert (ended.outcome, ended.reason) == (Outcome.FAILED, "server became ERROR")


def test_a_broken_clean_up_is_never_a_pass(run):
    ((ended, _),) = run("pass", finaliser="raise CloudFault('gone wrong')")
    assert ended.outcome is Outcome.ERROR
    assert "in teardown" in ended.reason


def test_the_first_trouble_is_the_reason(run):
    ((ended, _),) = run("assert False, 'first'", finaliser="raise ValueError('second')")
    assert ended.outcome is Outcome.FAILED
    assert "first" in ended.reason


def test_an_interrupted_test_has_no_outcome_at_all(run):
    with pytest.raises(KeyboardInterrupt):
        run("raise KeyboardInterrupt")


def test_an_interrupted_test_is_not_reported_as_ended(pytester, tmp_path):
    pytester.makepyfile(
        f"""
        from refcheck.testing import idempotent_id

        @idempotent_id("{TEST_ID}")
        def test_it():
            raise KeyboardInterrupt
        """
    )
    collector = Collector()
    bench = Bench("none", Facts(), tmp_path, "rc-x")
    worker = Worker(frozenset({TEST_ID}), bench)
    with pytest.raises(KeyboardInterrupt):
        pytester.inline_run("-p", "no:cacheprovider", plugins=[collector, worker])
    assert collector.ended == []
