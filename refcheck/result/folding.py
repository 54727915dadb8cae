"""From a run's events to its result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from refcheck.errors import BadResult
from refcheck.result.attempts import joined
from refcheck.result.document import Result
from refcheck.result.events import (
    Event,
    Hindered,
    LeftBehind,
    RunFinished,
    RunStarted,
    Selected,
    TestFinished,
    TestStarted,
)
from refcheck.result.outcome import LEFT_OUT, Outcome, TestOutcome


def to_result(events: Iterable[Event]) -> Result:
    """Fold a run's events into its result: one outcome for every selected test, always.

    A test without a finish was not run or was interrupted: undecided.

    Raises:
        BadResult: when the events hold no start of a run.
    """
    start: RunStarted | None = None
    finish: RunFinished | None = None
    begun: set[str] = set()
    attempts: dict[str, list[TestOutcome]] = {}
    left: list[str] = []
    hindrances: Counter[str] = Counter()
    last = ""
    for event in events:
        last = event.at
        match event:
            case RunStarted():
                start = event
            case TestStarted():
                begun.add(event.id)
            case TestFinished():
                attempts.setdefault(event.outcome.id, []).append(event.outcome)
            case LeftBehind():
                left.append(event.what)
            case Hindered():
                hindrances.update(event.counts)
            case RunFinished():
                finish = event
            case _:
                pass
    if start is None:
        raise BadResult(
            "the journal holds no start of a run", next_step="Run `refcheck run` again."
        )
    return Result(
        run_id=start.run_id,
        cloud=start.cloud,
        deployment=start.deployment,
        guideline_id=start.guideline_id,
        guideline_sha256=start.guideline_sha256,
        target=start.target,
        started=start.at,
        ended=finish.at if finish else last,
        complete=bool(finish and finish.complete),
        tool_version=start.tool_version,
        suite_sha256=start.suite_sha256,
        outcomes=tuple(
            joined(attempts[test.id])
            if test.id in attempts
            else _without_finish(test, begun=test.id in begun)
            for test in start.selected
        ),
        facts={**start.facts, "left_behind": left, "hindrances": dict(hindrances)},
    )


def _without_finish(test: Selected, *, begun: bool) -> TestOutcome:
    if not test.implemented:
        reason = "not run: refcheck has no test for this id yet"
    elif test.left_out:
        reason = f"{LEFT_OUT}{test.left_out}"
    else:
        reason = "interrupted" if begun else "not run: the run ended before its turn"
    return TestOutcome(test.id, test.name, Outcome.UNDECIDED, reason, attempts=int(begun))
