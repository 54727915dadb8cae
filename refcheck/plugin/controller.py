"""The controlling process: turns reports into events, keeps the journal, signs the result."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest

from refcheck.cloud.ledger import Ledger
from refcheck.cloud.sweeping import sweep
from refcheck.errors import FolderFault, RefcheckError
from refcheck.plugin import away, gateways, run_lock, suite
from refcheck.plugin.draining import Stopping, first_ctrl_c_drains
from refcheck.plugin.identities import Identities
from refcheck.plugin.outcomes import Phases
from refcheck.plugin.preflight import Ready, now
from refcheck.result import signing
from refcheck.result.document import Result, to_statement
from refcheck.result.events import (
    Event,
    Hindered,
    LeftBehind,
    RunFinished,
    RunResumed,
    TestFinished,
    TestStarted,
    Wait,
)
from refcheck.result.folding import to_result
from refcheck.result.journal import Journal, read_journal
from refcheck.result.outcome import Outcome, TestOutcome

COMPLETE = frozenset(
    {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}
)
"""How pytest ends when it was not interrupted."""


class RunStopped(KeyboardInterrupt):
    """Ends pytest as Ctrl-C does, for a fault that leaves a run without a result."""

    def __init__(self, fault: FolderFault) -> None:
        super().__init__(f"{fault}; {fault.next_step}")
        self.fault = fault


class Controller:
    """One run, seen from the process that controls it.

    Args:
        key: the private key that signs the result; the user's default key without it, made at
            the first need.
        expected: id → seconds that the tests that are due are expected to take.

    Raises:
        WrongUse: another process controls this run.
        KeyFault: nothing can be signed with the key.
    """

    def __init__(self, ready: Ready, key: Path | None, expected: Mapping[str, float]) -> None:
        self._ready = ready
        self._control = contextlib.ExitStack()
        self._control.enter_context(run_lock.control(ready.folder))
        self._drain = contextlib.ExitStack()
        self._expected = expected
        self.stopping = Stopping(ready.folder)
        self.stopping.forget()
        self._signer = signing.usual_signer(key)
        self._ids = {place: i for i, place in suite.implemented(suite.folder()).items()}
        self._phases = Phases({test.id: test.name for test in ready.selected})
        self._journal = Journal(ready.folder / "journal.sqlite")
        self._config: pytest.Config | None = None
        self.selected = frozenset(test.id for test in ready.selected)
        self._due = {test.id for test in ready.due}
        self._begun = Counter({i: len(made) for i, made in (ready.made or {}).items()})
        self._remote = away.Remote(ready.folder)
        self._fault: FolderFault | None = None
        self._had_workers = False
        self._at_work: list[Any] = []
        """Workers that have not said that they ended."""
        self.result: Result | None = None
        self.result_file = ready.folder / "result.json"

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._config = session.config
        workers = len(gateways.specs(session.config.getoption("tx", None) or ["alone"]))
        if self._ready.made is None:
            self._tell(self._ready.started(workers, self._expected))
        else:
            self._tell(RunResumed(now(), workers))
        asked = session.config.hook.pytest_refcheck_stopping
        self._drain.enter_context(first_ctrl_c_drains(self.stopping, asked))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        test_id = self._ids.get(suite.place(nodeid))
        if test_id in self.selected:
            self._begun[test_id] += 1
            self._tell(TestStarted(now(), test_id, self._begun[test_id]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when not in ("setup", "call", "teardown"):
            self._tell_of_lost_worker(report)
            return
        said = getattr(report, "refcheck", {})
        self._remote.take(said.get(away.NEWS))
        self._tell_hindrances(said.get("hindrances"))
        if self.stopping.asked:
            self._hand_out_no_more()
        ended = self._phases.add(report)
        if ended:
            outcome, evidence = ended
            self._tell(
                TestFinished(
                    at=now(),
                    outcome=outcome,
                    detail=evidence["detail"],
                    exchanges=tuple(evidence["exchanges"]),
                    unchecked=tuple(evidence["unchecked"]),
                    worker=evidence["worker"],
                    waits=tuple(Wait(**wait) for wait in evidence["waits"]),
                )
            )

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self, node: Any) -> None:
        self._had_workers = True
        self._at_work.append(node)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object | None) -> None:
        """A worker has ended; with one that was lost on another machine its ledger is lost."""
        if not error:
            self._at_work = [one for one in self._at_work if one is not node]
        self._remote.take(getattr(node, "workeroutput", {}).get(away.NEWS))
        if error and not node.gateway.spec.popen:
            what = f"whatever the test made in which {node.gateway.spec} was lost"
            self._tell(LeftBehind(now(), f"{what}: {self._ready.prefix}-*"))

    def _hand_out_no_more(self) -> None:
        """Workers on other machines do not see that the run shall stop: they get no more tests."""
        session = self._config and self._config.pluginmanager.get_plugin("dsession")
        if session:
            session.sched.pending.clear()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(
        self, session: pytest.Session, exitstatus: int
    ) -> Generator[None, None, None]:
        self._drain.close()
        # Workers that have told their last need a second to end: nothing new comes from them.
        idle = self._had_workers and not self._at_work
        if idle:
            self._remove_all()
        yield
        if not idle:
            self._remove_all()
        self._end(session, exitstatus)

    def _remove_all(self) -> None:
        with contextlib.suppress(RunStopped):
            self._sweep()

    def _end(self, session: pytest.Session, exitstatus: int) -> None:
        if self._fault:
            self._journal.close()
            return
        self._tell_hindrances(self._ready.cloud.recorder.hindrances.take())
        # A selection by -k or an early stop by -x is not a complete run, however well it ended.
        complete = exitstatus in COMPLETE and not (self._due or self.stopping.asked)
        self._tell(RunFinished(now(), complete=complete))
        self._journal.close()
        self.stopping.forget()
        self.result = to_result(read_journal(self._ready.folder / "journal.sqlite"))
        draft = self.result_file.with_suffix(".new")
        draft.write_bytes(signing.sign(to_statement(self.result), self._signer))
        draft.replace(self.result_file)
        if exitstatus == pytest.ExitCode.OK and not self._all_that_count_passed(self.result):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_unconfigure(self) -> None:
        self._control.close()

    def pytest_refcheck_stopping(self) -> None:
        terminal = self._config and self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal:
            terminal.write_line("stopping: running tests end first; Ctrl-C again stops at once")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.result is None:
            return
        counts = Counter(outcome.outcome for outcome in self.result.outcomes)
        told = ", ".join(f"{counts[word]} {word}" for word in Outcome if counts[word])
        write = terminalreporter.write_line
        write("")
        write(f"refcheck: {len(self.result.outcomes)} tests selected: {told}")
        write(f"result:   {self.result_file}")
        write(f"verdict:  refcheck judge {self.result_file}")

    def _sweep(self) -> None:
        """Remove what workers could not, because they were interrupted or died."""
        file = self._ready.folder / "ledger.sqlite"
        if not file.exists():
            return
        try:
            ledger = Ledger(file, self._ready.cloud.recorder.scrubber.scrub)
            left = sweep(Identities(self._ready.others, lambda: self._ready.cloud).service, ledger)
        except KeyboardInterrupt:  # asked twice to stop: then the ledger must do
            left = tuple(f"{entry.kind} {entry.name}" for entry in ledger.open_entries())
        except (RefcheckError, sqlite3.Error) as error:  # the result is still to be written
            left = (f"whatever begins with {self._ready.prefix}- ({error})",)
        for what in left:
            self._tell(LeftBehind(now(), what))

    def _tell_hindrances(self, counts: Mapping[str, int] | None) -> None:
        if counts:
            self._tell(Hindered(now(), dict(counts)))

    def _tell(self, event: Event) -> None:
        if self._fault:
            return
        try:
            self._journal.append(event)
        except FolderFault as fault:
            # A run that nobody will know of is worth no further request.
            self._fault = fault
            raise RunStopped(fault) from fault
        if isinstance(event, TestFinished):
            self._due.discard(event.outcome.id)
        if self._config is not None:
            self._config.hook.pytest_refcheck_event(event=event)

    def _tell_of_lost_worker(self, report: pytest.TestReport) -> None:
        """Pytest-xdist reports the test that a worker died in, with no phase of its own."""
        test_id = self._ids.get(suite.place(report.nodeid))
        if test_id in self.selected:
            name = next(test.name for test in self._ready.selected if test.id == test_id)
            reason = "harness: the worker process died during this test"
            outcome = TestOutcome(test_id, name, Outcome.ERROR, reason)
            self._tell(TestFinished(now(), outcome, str(report.longrepr)))

    def _all_that_count_passed(self, result: Result) -> bool:
        flagged = {
            test.id
            for capability in self._ready.guideline.capabilities.values()
            for test in capability.tests
            if test.flag
        }
        return all(
            o.outcome is Outcome.PASSED or o.left_out
            for o in result.outcomes
            if o.id not in flagged
        )
