"""The process that runs tests: selects among the collected ones, reports what each phase means."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import pytest

from refcheck.plugin.bench import Bench
from refcheck.plugin.outcomes import of_findings, of_phase
from refcheck.plugin.selection import idempotent_id, keep_selected
from refcheck.result.outcome import Outcome


class Worker:
    """One process's share of the run.

    Args:
        selected: ids of tests, in the order in which to run them.
    """

    def __init__(self, selected: Sequence[str], bench: Bench) -> None:
        self._turns = {test_id: turn for turn, test_id in enumerate(selected)}
        self._bench = bench

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        keep_selected(config, items, self._turns)
        items.sort(key=lambda item: self._turns[idempotent_id(item)])

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
            "outcome": end.outcome.value,
            "reason": self._bench.scrub(end.reason),
            "detail": self._bench.scrub(end.detail),
            "exchanges": evidence,
            "unchecked": list(findings.unknown),
            "hindrances": self._bench.hindrances(),
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
