"""The report of a run as one self-contained HTML file; readable without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from refcheck.report.progress import SIGNS
from refcheck.result.document import Result
from refcheck.result.journal import Event, RunStarted, TestFinished
from refcheck.result.outcome import Outcome
from refcheck.verdict.explain import conclusion
from refcheck.verdict.verdict import CapabilityVerdict, Verdict


def write_page(
    path: Path,
    events: Iterable[Event],
    result: Result,
    verdict: Verdict,
    notes: Iterable[str] = (),
) -> None:
    """Write the report of a run and its verdict; `notes` are said beside the verdict."""
    environment = Environment(
        loader=PackageLoader("refcheck.report"), autoescape=True, undefined=StrictUndefined
    )
    page = environment.get_template("report.html.j2").render(
        {**_view(events, result, verdict), "notes": notes}
    )
    path.write_text(page, encoding="utf-8")


def _view(events: Iterable[Event], result: Result, verdict: Verdict) -> dict[str, Any]:
    """What the template shows, ready to be shown: templates hold no logic."""
    cloud_name, finished = "", {}
    for event in events:
        match event:
            case RunStarted():
                cloud_name = event.cloud_name
            case TestFinished():
                finished[event.outcome.id] = event
            case _:
                pass
    ran = [finished[o.id] for o in result.outcomes if o.id in finished]
    return {
        "cloud_name": cloud_name,
        "result": result,
        "verdict": verdict,
        "conclusion": conclusion(verdict),
        "sections": [one for one in verdict.sections if not one.satisfied],
        "tally": [
            (SIGNS[word][0], word.value, sum(o.outcome is word for o in result.outcomes))
            for word in Outcome
        ],
        "troubles": [event for event in ran if event.outcome.outcome is not Outcome.PASSED],
        "capabilities": [_row(one, finished) for one in verdict.capabilities.values()],
        "holding": sum(one.holds for one in verdict.capabilities.values()),
        "slowest": sorted(ran, key=lambda event: -event.outcome.duration)[:10],
        "facts": sorted((key, value) for key, value in result.facts.items()),
    }


def _row(capability: CapabilityVerdict, finished: dict[str, TestFinished]) -> dict[str, Any]:
    passed = sum(test.outcome is Outcome.PASSED for test in capability.tests)
    state, style = _state(capability)
    return {
        "name": capability.name,
        "status": capability.status.value,
        "state": state,
        "style": style,
        "passed": passed,
        "total": len(capability.tests),
        "tests": [
            {
                "sign": SIGNS[test.outcome][0],
                "verdict": test,
                "seconds": finished[test.id].outcome.duration if test.id in finished else None,
            }
            for test in capability.tests
        ],
    }


def _state(capability: CapabilityVerdict) -> tuple[str, str]:
    """What to say of a capability, and the style to say it in."""
    if capability.untested:
        return "untested", "untested"
    if capability.holds:
        return "holds", "holds"
    if any(test.blocks and test.outcome.is_definite_no for test in capability.tests):
        return "does not hold", "no"
    return "undecided", "undecided"
