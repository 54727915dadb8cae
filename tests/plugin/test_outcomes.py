"""However a test ends, it ends with exactly one outcome, and nothing but a clean end is a pass."""

import pytest

from refcheck.cloud.discovery import Facts
from refcheck.cloud.schemas.findings import Findings
from refcheck.plugin.attempting import Attempting
from refcheck.plugin.bench import Bench
from refcheck.plugin.draining import Stopping
from refcheck.plugin.outcomes import Phases, of_findings
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
        plugins = [collector, Worker([TEST_ID], bench, Stopping(tmp_path), Attempting(attempts=1))]
        pytester.inline_run("-p", "no:cacheprovider", plugins=plugins)
        return collector.ended

    return run


@pytest.mark.parametrize(
    ("body", "outcome", "reason"),
    [
        ("pass", Outcome.PASSED, ""),
        ("assert 1 == 2", Outcome.FAILED, "expected 1 == 2, found 1 == 2"),
        ("assert 1 == 2, 'two'", Outcome.FAILED, "two assert 1 == 2"),
        ("raise CloudFault('answered 500')", Outcome.FAILED, "answered 500"),
        ("raise Absent('no object-store')", Outcome.ABSENT, "no object-store"),
        ("raise Undecided('needs a guest')", Outcome.UNDECIDED, "needs a guest"),
        ("raise HarnessFault('quota: full')", Outcome.ERROR, "quota: full"),
        ("{}['x']", Outcome.ERROR, "test: KeyError in call: 'x'"),
        ("pytest.skip('not today')", Outcome.ERROR, "test: it skipped itself"),
        ("pytest.xfail('known')", Outcome.ERROR, "test: it skipped itself"),
        ("raise SystemExit(0)", Outcome.ERROR, "test: SystemExit in call"),
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
    assert ended.reason == "cloud: gone wrong (in clean-up)"


def test_what_stands_in_the_way_of_clean_up_keeps_its_class(run):
    ((ended, _),) = run("pass", finaliser="raise HarnessFault('network: no answer')")
    assert (ended.outcome, ended.reason) == (Outcome.ERROR, "network: no answer (in clean-up)")


def test_a_python_error_in_our_own_code_is_not_the_tests(run):
    ((ended, _),) = run("refused(None, 404)")
    assert ended.reason.startswith("harness: AttributeError in call: ")


def test_a_python_error_in_what_a_test_called_elsewhere_is_the_tests(run):
    ((ended, _),) = run("import json; json.loads('{')")
    assert ended.reason.startswith("test: JSONDecodeError in call: ")


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
    worker = Worker([TEST_ID], bench, Stopping(tmp_path), Attempting(attempts=1))
    with pytest.raises(KeyboardInterrupt):
        pytester.inline_run("-p", "no:cacheprovider", plugins=[collector, worker])
    assert collector.ended == []


class _Seen(Bench):
    """A bench whose cloud answered with these findings, from this phase (of three) on."""

    def __init__(self, folder, findings, phase):
        super().__init__("none", Facts(), folder, "rc-x")
        self._found = [Findings()] * phase + [findings] * (3 - phase)

    @property
    def findings(self):
        return self._found.pop(0)


@pytest.fixture
def run_with(pytester, tmp_path):
    """Run one test whose answers have these findings; give outcome and evidence."""

    def run_with(findings, body="pass", phase=1):
        pytester.makepyfile(
            f"""
            from refcheck.testing import *

            @idempotent_id("{TEST_ID}")
            def test_it():
                {body}
            """
        )
        collector = Collector()
        worker = Worker(
            [TEST_ID], _Seen(tmp_path, findings, phase), Stopping(tmp_path), Attempting(attempts=1)
        )
        ended = pytester.inline_run("-p", "no:cacheprovider", plugins=[collector, worker])
        ((outcome, evidence),) = collector.ended
        return outcome, evidence, ended

    return run_with


def test_a_fault_in_an_answer_fails_a_test_that_passed(run_with):
    fault = "GET /servers answered without `servers`"
    outcome, evidence, ended = run_with(Findings(faults=(fault,), extras=("server.colour",)))
    assert outcome.outcome is Outcome.FAILED
    assert outcome.reason == f"answers are not of the declared form: {fault}"
    assert evidence["detail"] == fault
    ended.assertoutcome(failed=1)


def test_an_undeclared_property_is_an_outcome_of_its_own(run_with):
    outcome, evidence, ended = run_with(Findings(extras=("server.colour", "server.taste")))
    assert outcome.outcome is Outcome.EXTRA
    told = "undeclared additional properties: server.colour, server.taste"
    assert outcome.reason == told
    assert evidence["detail"] == "server.colour\nserver.taste"
    ended.assertoutcome(failed=1)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [("assert False", Outcome.FAILED), ("raise Undecided('no guest')", Outcome.UNDECIDED)],
)
def test_findings_do_not_hide_what_a_test_says_itself(run_with, body, outcome):
    ended, _, _ = run_with(Findings(extras=("server.colour",)), body)
    assert ended.outcome is outcome
    assert "colour" not in ended.reason


@pytest.mark.parametrize(
    ("phase", "outcome"), [(0, Outcome.EXTRA), (1, Outcome.EXTRA), (2, Outcome.PASSED)]
)
def test_findings_of_set_up_and_body_count_and_those_of_clean_up_do_not(run_with, phase, outcome):
    ended, _, _ = run_with(Findings(extras=("server.colour",)), phase=phase)
    assert ended.outcome is outcome


def test_a_call_that_no_rule_covers_is_noted_and_changes_nothing(run_with):
    outcome, evidence, _ = run_with(Findings(unknown=("compute GET /x",)))
    assert outcome.outcome is Outcome.PASSED
    assert evidence["unchecked"] == ["compute GET /x"]


def test_a_reason_lists_ten_findings_and_counts_the_others():
    extras = tuple(f"server.x{number}" for number in range(25))
    reason = of_findings(Findings(extras=extras)).reason
    assert reason.endswith("server.x9 and 15 more")
    assert "server.x10" not in reason


def test_a_reason_is_not_longer_than_a_line_can_be():
    assert len(of_findings(Findings(faults=("x" * 5000,))).reason) < 1100


def test_no_findings_are_a_pass():
    assert of_findings(Findings()).outcome is Outcome.PASSED
