"""The process that runs tests: selects among the collected ones, reports what each phase means."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

import pytest
from _pytest.runner import runtestprotocol

from refcheck.plugin.attempting import Attempting
from refcheck.plugin.bench import Bench
from refcheck.plugin.draining import Stopping
from refcheck.plugin.headstarts import named as headstart
from refcheck.plugin.outcomes import of_findings, of_phase
from refcheck.plugin.selection import idempotent_id, keep_selected
from refcheck.result.outcome import Outcome

CONVINCED_AFTER = 5
"""Tests in a row that failed once more, after which none is tried again: that is no chance."""
LONG = 120.0
"""Seconds of an attempt that is not made a second time: it would not end in bounded time."""


class Worker:
    """One process's share of the run.

    Args:
        selected: ids of tests, in the order in which to run them.
        made: id → outcomes of the attempts that the run made before it was resumed.
    """

    def __init__(
        self,
        selected: Sequence[str],
        bench: Bench,
        stopping: Stopping,
        attempting: Attempting = Attempting(),  # noqa: B008 - frozen
        made: Mapping[str, Sequence[Outcome]] | None = None,
    ) -> None:
        self._turns = {test_id: turn for turn, test_id in enumerate(selected)}
        self._bench = bench
        self._stopping = stopping
        self._attempting = attempting
        self._made = made or {}
        self._attempt = 1
        self._failed_again = 0

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        keep_selected(config, items, self._turns)
        items.sort(key=lambda item: (bool(headstart(item)), self._turns[idempotent_id(item)]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run the test as often as it takes; not at all once the run has been asked to stop."""
        outcomes = list(self._made.get(idempotent_id(item), ()))
        while not self._stopping.asked:
            self._attempt = len(outcomes) + 1
            self._bench.afresh = self._attempt > 1 and self._attempting.repeat == 1
            item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
            reports = runtestprotocol(item, nextitem=nextitem)
            item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
            outcomes.append(_outcome_of(reports))
            if self._bench.afresh:
                again = outcomes[-1] is Outcome.FAILED
                self._failed_again = self._failed_again + 1 if again else 0
            if not self._again(outcomes, sum(report.duration for report in reports)):
                break
        return True

    def _again(self, outcomes: Sequence[Outcome], seconds: float) -> bool:
        if self._attempting.repeat == 1 and (
            self._failed_again >= CONVINCED_AFTER or seconds > LONG
        ):
            return False
        return self._attempting.again(outcomes)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        self._bench.begin_test()

    def pytest_runtest_logfinish(self) -> None:
        self._bench.end_test()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        end = of_phase(report, call)
        findings = self._bench.findings
        if report.when == "call" and end.outcome is Outcome.PASSED:
            end = of_findings(findings)
            report.outcome = "passed" if end.outcome is Outcome.PASSED else "failed"
            report.longrepr = self._bench.scrub(end.detail) or None
        evidence = [] if end.outcome is Outcome.PASSED else self._bench.evidence()
        report.refcheck = {  # type: ignore[attr-defined]
            "id": idempotent_id(item),
            "attempt": self._attempt,
            "outcome": end.outcome.value,
            "reason": self._bench.scrub(end.reason),
            "detail": self._bench.scrub(end.detail),
            "exchanges": evidence,
            "unchecked": list(findings.unknown),
            "hindrances": self._bench.hindrances(),
            "waits": self._bench.waits() if report.when == "teardown" else [],
        }
        self._scrub(report)
        if evidence:
            text = "\n".join(f"{e['status']} {e['curl']}\n    {e['answer_body']}" for e in evidence)
            report.sections.append(("last exchanges with the cloud", text))
        return report

    def _scrub(self, report: pytest.TestReport) -> None:
        """Leave no secret to whoever else writes reports: the terminal, JUnit."""
        told = str(report.longrepr or "")
        if self._bench.scrub(told) != told:
            report.longrepr = self._bench.scrub(told)
        report.sections = [(name, self._bench.scrub(text)) for name, text in report.sections]


def _outcome_of(reports: Sequence[pytest.TestReport]) -> Outcome:
    """What the phases of one attempt come to."""
    words = [Outcome(report.refcheck["outcome"]) for report in reports]
    return next((word for word in words if word is not Outcome.PASSED), Outcome.PASSED)
