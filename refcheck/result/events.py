"""What happens in a run, as typed events: everything else is made from these.

Terminal, reports and result document take events and nothing else, while the run goes on or
afterwards. Times are RFC 3339, UTC, by the clock of the controlling process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from refcheck.result.outcome import TestOutcome


@dataclass(frozen=True, slots=True)
class Selected:
    """A test that the run has to account for.

    Attributes:
        service: service type whose capability it belongs to, such as "compute".
        implemented: whether the suite has a test for it.
        left_out: why this run was told not to run it, "" when it was not.
    """

    id: str
    name: str
    service: str
    implemented: bool
    left_out: str = ""

    @property
    def due(self) -> bool:
        """Whether the run runs it."""
        return self.implemented and not self.left_out


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run begins; says everything that is known before the first test.

    Attributes:
        guideline_source: how the guideline was named: an id, a file or an address.
        workers: processes that run tests.
        attempts: how often a failed test is tried at most.
        repeat: how often each test is run, whatever comes of it.
        expected: id → seconds that the test is expected to take here.
    """

    at: str
    run_id: str
    cloud_name: str
    cloud: str
    deployment: str
    guideline_id: str
    guideline_sha256: str
    target: str
    tool_version: str
    suite_sha256: str
    selected: tuple[Selected, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    guideline_source: str = ""
    workers: int = 1
    attempts: int = 1
    repeat: int = 1
    expected: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunResumed:
    """A run that had stopped goes on; `workers` as in `RunStarted`."""

    at: str
    workers: int


@dataclass(frozen=True, slots=True)
class TestStarted:
    """A test begins; `attempt` counts from 1."""

    __test__ = False

    at: str
    id: str
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Wait:
    """The test waited for something.

    Attributes:
        what: for what, without names and ids.
        began: seconds after the beginning of the test.
        seconds: how long it waited.
        looks: how often it asked.
    """

    what: str
    began: float
    seconds: float
    looks: int


@dataclass(frozen=True, slots=True)
class TestFinished:
    """A test has gone through set-up, body and clean-up, in one attempt.

    Attributes:
        outcome: of this attempt alone; its `attempts` is the number of the attempt.
        detail: what was expected and what came, several lines.
        exchanges: the last exchanges with the cloud, as `Exchange.to_json`; empty for a pass.
        unchecked: calls for which the suite knows no form of the answer.
        worker: the process that ran it, "" for the controlling one.
        waits: in the order in which they ended.
    """

    __test__ = False

    at: str
    outcome: TestOutcome
    detail: str = ""
    exchanges: tuple[Mapping[str, Any], ...] = ()
    unchecked: tuple[str, ...] = ()
    worker: str = ""
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Something that the run created and could not remove."""

    at: str
    what: str


@dataclass(frozen=True, slots=True)
class Hindered:
    """Requests met something that did not keep them from being answered in the end.

    Attributes:
        counts: what → how often, or how many seconds, since the last such event.
    """

    at: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run is over; `complete` is False when it was interrupted."""

    at: str
    complete: bool


Event = RunStarted | RunResumed | TestStarted | TestFinished | LeftBehind | Hindered | RunFinished
