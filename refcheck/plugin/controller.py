"""The controlling process: turns reports into events, keeps the journal, signs the result."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from refcheck.cloud.ledger import Ledger
from refcheck.cloud.sweeping import sweep
from refcheck.errors import FolderFault, RefcheckError
from refcheck.plugin import suite
from refcheck.plugin.identities import Identities
from refcheck.plugin.outcomes import Phases
from refcheck.plugin.preflight import Ready, now
from refcheck.result import signing
from refcheck.result.document import Result, to_statement
from refcheck.result.journal import (
    Event,
    Hindered,
    Journal,
    LeftBehind,
    RunFinished,
    TestFinished,
    TestStarted,
    read_journal,
    to_result,
)
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
    """

    def __init__(self, ready: Ready, key: Path | None) -> None:
        self._ready = ready
        self._key = key or signing.default_key()
        self._ids = {place: i for i, place in suite.implemented(suite.folder()).items()}
        self._phases = Phases({test.id: test.name for test in ready.selected})
        self._journal = Journal(ready.folder / "journal.sqlite")
        self._config: pytest.Config | None = None
        self.selected = frozenset(test.id for test in ready.selected)
        self._due = {test.id for test in ready.selected if test.implemented}
        self._fault: FolderFault | None = None
        self.result: Result | None = None
        self.result_file = ready.folder / "result.json"

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._config = session.config
        self._tell(self._ready.started())

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        test_id = self._ids.get(suite.place(nodeid))
        if test_id in self.selected:
            self._tell(TestStarted(now(), test_id))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when not in ("setup", "call", "teardown"):
            self._tell_of_lost_worker(report)
            return
        self._tell_hindrances(getattr(report, "refcheck", {}).get("hindrances"))
        ended = self._phases.add(report)
        if ended:
            outcome, evidence = ended
            exchanges, unchecked = tuple(evidence["exchanges"]), tuple(evidence["unchecked"])
            self._tell(TestFinished(now(), outcome, evidence["detail"], exchanges, unchecked))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        with contextlib.suppress(RunStopped):
            self._sweep()
        if self._fault:
            self._journal.close()
            return
        self._tell_hindrances(self._ready.cloud.recorder.hindrances.take())
        # A selection by -k or an early stop by -x is not a complete run, however well it ended.
        complete = exitstatus in COMPLETE and not self._due
        self._tell(RunFinished(now(), complete=complete))
        self._journal.close()
        self.result = to_result(read_journal(self._ready.folder / "journal.sqlite"))
        if not self._key.exists():
            signing.new_key(self._key)
        signer = signing.load_signer(self._key)
        self.result_file.write_bytes(signing.sign(to_statement(self.result), signer))
        if exitstatus == pytest.ExitCode.OK and not self._all_that_count_passed(self.result):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

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
        return all(o.outcome is Outcome.PASSED for o in result.outcomes if o.id not in flagged)
