"""Everything that a report knows, as one JSON document for programs (`refcheck-report/1`).

Members are only ever added. The verdict is the document of `refcheck judge --json`, without the
outcomes that went into it: they are in `tests`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from refcheck.report.story import Run, Session, Story, TestStory
from refcheck.verdict.explain import explain, steps

FORMAT = "refcheck-report/1"


def render(story: Story) -> bytes:
    """The document, UTF-8."""
    return json.dumps(document(story), indent=1, ensure_ascii=False).encode("utf-8", "replace")


def document(story: Story) -> dict[str, Any]:
    """The document's members."""
    started, result = story.started, story.result
    verdict = story.verdict.to_json()
    del verdict["inputs"]
    return {
        "format": FORMAT,
        "run": {
            "id": result.run_id,
            "state": story.state.value,
            "started": result.started,
            "ended": result.ended,
            "workers": started.workers,
            "attempts": started.attempts,
            "repeat": started.repeat,
            "sessions": [_session(one) for one in story.sessions],
        },
        "cloud": {
            "name": started.cloud_name,
            "sha256": result.cloud,
            "deployment_sha256": result.deployment,
        },
        "guideline": {"id": result.guideline_id, "sha256": result.guideline_sha256},
        "target": result.target,
        "tool": {"version": result.tool_version, "suite_sha256": result.suite_sha256},
        "verdict": verdict,
        "explanation": list(explain(story.verdict)),
        "steps": list(steps(story.verdict)),
        "notes": list(story.notes),
        "tests": [_test(one) for one in story.tests],
        "facts": dict(result.facts),
    }


def _session(one: Session) -> dict[str, Any]:
    return {
        "began": one.began.isoformat(),
        "ended": one.ended.isoformat(),
        "workers": one.workers,
    }


def _test(one: TestStory) -> dict[str, Any]:
    return {
        "id": one.outcome.id,
        "name": one.outcome.name,
        "service": one.test.service,
        "implemented": one.test.implemented,
        "left_out": one.test.left_out,
        "outcome": one.outcome.outcome.value,
        "reason": one.outcome.reason,
        "blame": one.blame.value if one.blame else None,
        "duration": round(one.outcome.duration, 3),
        "attempts": one.outcome.attempts,
        "capabilities": [asdict(placing) for placing in one.placings],
        "runs": [_run(run) for run in one.runs],
    }


def _run(one: Run) -> dict[str, Any]:
    document = {
        "attempt": one.number,
        "began": one.began.isoformat(),
        "ended": one.ended.isoformat() if one.finished else None,
    }
    if one.finished is None:
        return document
    outcome = one.finished.outcome
    return {
        **document,
        "outcome": outcome.outcome.value,
        "reason": outcome.reason,
        "duration": round(outcome.duration, 3),
        "worker": one.finished.worker,
        "waits": [asdict(wait) for wait in one.finished.waits],
        "detail": one.finished.detail,
        "exchanges": [dict(exchange) for exchange in one.finished.exchanges],
        "unchecked": list(one.finished.unchecked),
    }
