"""How a test's three phases become one outcome.

Each phase's report carries what it means in `report.refcheck`, a dictionary of plain values that
survives the way from a worker process to the controlling one. `Phases` adds up the three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import refcheck
from refcheck.cloud.schemas.findings import Findings
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault, Undecided
from refcheck.result.outcome import Outcome, TestOutcome

_BY_SIGNAL: tuple[tuple[type[BaseException], Outcome], ...] = (
    (Absent, Outcome.ABSENT),
    (Undecided, Outcome.UNDECIDED),
    (HarnessFault, Outcome.ERROR),
    (CloudFault, Outcome.FAILED),
    (AssertionError, Outcome.FAILED),
)

_OURS = Path(refcheck.__file__).parent
_MOST_TOLD = 10
"""Findings that a reason lists."""
_BARE = "assert "
"""Begins pytest's explanation of an assertion that says nothing itself."""
_LONGEST = 1000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class PhaseEnd:
    """What one phase (set-up, body, clean-up) says about the test."""

    outcome: Outcome
    reason: str = ""
    detail: str = ""


def of_phase(report: pytest.TestReport, call: pytest.CallInfo[None]) -> PhaseEnd:
    """Read one phase. A test that skips or xfails itself is an error: nothing may vanish."""
    if call.excinfo is None:
        return PhaseEnd(Outcome.PASSED)
    error = call.excinfo.value
    if report.outcome == "skipped" or hasattr(report, "wasxfail"):
        return PhaseEnd(Outcome.ERROR, f"test: it skipped itself ({error})")
    detail = str(report.longrepr)
    for signal, outcome in _BY_SIGNAL:
        if isinstance(error, signal):
            # In clean-up no signal is about the capability: the test itself had already passed.
            if report.when == "teardown":
                return PhaseEnd(Outcome.ERROR, _in_clean_up(error, outcome), detail)
            return PhaseEnd(outcome, _told(call.excinfo), detail)
    return PhaseEnd(
        Outcome.ERROR,
        f"{_owner(call.excinfo)}: {type(error).__name__} in {report.when}: {_one_line(error)}",
        detail,
    )


def _told(raised: pytest.ExceptionInfo[BaseException]) -> str:
    """What a signal says; of an assertion without words of its own, also what it is about.

    pytest's explanation has what came (`'x' == 'y'`), and the line of code has whose value that is.
    """
    told = _one_line(raised.value)
    source = raised.traceback[-1].frame.code.fullsource
    if not isinstance(raised.value, AssertionError) or not told.startswith(_BARE) or not source:
        return told
    wanted = " ".join(str(raised.traceback[-1].statement).split()).removeprefix(_BARE)
    return f"expected {wanted}, found {told.removeprefix(_BARE)}"[:_LONGEST]


def _in_clean_up(error: BaseException, outcome: Outcome) -> str:
    """The signals that say why nothing could be decided tell whose fault it is themselves."""
    whose = "cloud: " if outcome.is_definite_no else ""
    return f"{whose}{_one_line(error)} (in clean-up)"


def _owner(raised: pytest.ExceptionInfo[BaseException]) -> str:
    """Whose code a Python error is in: that of a test, or of everything else."""
    for entry in reversed(raised.traceback):
        path = Path(entry.path)
        if path.name.startswith("test_") or path.name == "conftest.py":
            return "test"
        if _OURS in path.parents:
            break
    return "harness"


def of_findings(findings: Findings) -> PhaseEnd:
    """Read what the form of the answers says about a test whose body passed."""
    if findings.faults:
        what = "answers are not of the declared form: "
        return PhaseEnd(Outcome.FAILED, what + _some(findings.faults), "\n".join(findings.faults))
    if findings.extras:
        what = "undeclared additional properties: "
        return PhaseEnd(Outcome.EXTRA, what + _some(findings.extras), "\n".join(findings.extras))
    return PhaseEnd(Outcome.PASSED)


def _some(texts: tuple[str, ...]) -> str:
    told = ", ".join(texts[:_MOST_TOLD])[:_LONGEST]
    return told if len(texts) <= _MOST_TOLD else f"{told} and {len(texts) - _MOST_TOLD} more"


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:_LONGEST] or type(error).__name__


class Phases:
    """Adds up the phases of each test, in the controlling process."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._open: dict[str, list[dict[str, Any]]] = {}

    def add(self, report: pytest.TestReport) -> tuple[TestOutcome, dict[str, Any]] | None:
        """Take one report. Returns outcome and evidence when it was the test's last."""
        said: dict[str, Any] | None = getattr(report, "refcheck", None)
        if said is None:
            return None
        phases = self._open.setdefault(said["id"], [])
        phases.append({**said, "duration": report.duration})
        if report.when != "teardown":
            return None
        del self._open[said["id"]]
        worst = next((phase for phase in phases if phase["outcome"] != Outcome.PASSED), said)
        outcome = TestOutcome(
            id=said["id"],
            name=self._names.get(said["id"], ""),
            outcome=Outcome(worst["outcome"]),
            reason=worst["reason"],
            duration=sum(phase["duration"] for phase in phases),
            attempts=said["attempt"],
        )
        worker = getattr(report, "worker_id", "")
        last = {"unchecked": said["unchecked"], "waits": said["waits"], "worker": worker}
        return outcome, {**worst, **last}
