"""SARIF 2.1.0, which code-scanning dashboards read.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0. A capability is a rule; a test that
failed for certain is a result of the rule it counts most for. What says nothing of the cloud
(error, undecided) is no result but a notification of the tool.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from refcheck.guideline.model import Status
from refcheck.report.evidence import told
from refcheck.report.story import State, Story, TestStory
from refcheck.result.outcome import Outcome

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_FINGERPRINT = "idempotentId/v1"
_SHOWN = 20_000
"""Characters of the evidence of one result."""


def render(story: Story) -> bytes:
    """The log, UTF-8."""
    rules = [_rule(story, name) for name in story.verdict.capabilities]
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    driver = {
        "name": "refcheck",
        "version": story.result.tool_version,
        "rules": rules,
        "notifications": [{"id": word.value} for word in (Outcome.ERROR, Outcome.UNDECIDED)],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": _automation(story)},
        "invocations": [_invocation(story, numbers)],
        "results": [
            _result(one, numbers) for one in story.tests if one.outcome.outcome.is_definite_no
        ],
        "columnKind": "unicodeCodePoints",
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=1, ensure_ascii=False).encode("utf-8", "replace")


def _rule(story: Story, name: str) -> dict[str, Any]:
    verdict = story.verdict.capabilities[name]
    known = story.guideline.capabilities.get(verdict.name)
    text = (known.description if known else "") or name
    return {
        "id": name,
        "shortDescription": {"text": text},
        "defaultConfiguration": {"level": _level(verdict.status, flagged=False)},
        "properties": {"status": verdict.status.value, "tests": len(verdict.tests)},
    }


def _level(status: Status, *, flagged: bool) -> str:
    if flagged:
        return "note"
    return "error" if status is Status.REQUIRED else "warning"


def _automation(story: Story) -> str:
    """Category of the run, and its own name behind the last slash."""
    result = story.result
    return f"refcheck/{quote(result.guideline_id)}/{quote(result.target)}/{quote(result.run_id)}"


def _invocation(story: Story, rules: Mapping[str, int]) -> dict[str, Any]:
    return {
        "executionSuccessful": story.state is State.COMPLETE,
        "startTimeUtc": _time(story.sessions[0].began),
        "endTimeUtc": _time(story.sessions[-1].ended),
        "toolExecutionNotifications": [
            _notification(one, rules)
            for one in story.tests
            if one.outcome.outcome in (Outcome.ERROR, Outcome.UNDECIDED)
        ],
    }


def _time(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"


def _notification(one: TestStory, rules: Mapping[str, int]) -> dict[str, Any]:
    word = one.outcome.outcome
    said: dict[str, Any] = {
        "descriptor": {"id": word.value, "index": int(word is Outcome.UNDECIDED)},
        "level": "error" if word is Outcome.ERROR else "note",
        "message": {"text": f"{one.outcome.name}: {one.outcome.reason or word.value}"},
        "properties": {"id": one.outcome.id, "blame": one.blame.value if one.blame else ""},
    }
    if one.placings:
        rule = one.placings[0].capability
        said["associatedRule"] = {"id": rule, "index": rules[rule]}
    return said


def _result(one: TestStory, rules: Mapping[str, int]) -> dict[str, Any]:
    outcome = one.outcome
    result: dict[str, Any] = {
        "kind": "fail",
        "message": {"text": f"{one.short}: {outcome.reason or outcome.outcome.value}"},
        "partialFingerprints": {_FINGERPRINT: outcome.id or outcome.name},
        "locations": [_location(one)],
        "properties": {
            "id": outcome.id,
            "outcome": outcome.outcome.value,
            "blame": one.blame.value if one.blame else "",
            "attempts": outcome.attempts,
            "capabilities": [placing.capability for placing in one.placings],
            "evidence": told(one)[:_SHOWN],
        },
    }
    if one.placings:
        place = one.placings[0]
        result |= {"ruleId": place.capability, "ruleIndex": rules[place.capability]}
        result["level"] = _level(place.status, flagged=place.flagged)
    else:
        result["level"] = "warning"
    return result | _exchange(one)


def _location(one: TestStory) -> dict[str, Any]:
    """The test. Dashboards want a place among files: the one that its name tells of."""
    module = one.outcome.name.partition("[")[0].split(".")[:-2] or [one.outcome.id]
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": "/".join(quote(part, safe="") for part in module) + ".py"},
            "region": {"startLine": 1},
        },
        "logicalLocations": [
            {"name": one.short, "fullyQualifiedName": one.outcome.name, "kind": "function"}
        ],
    }


def _exchange(one: TestStory) -> dict[str, Any]:
    """The last exchange before the end, as the format has it."""
    last = one.last
    if last is None or not last.exchanges:
        return {}
    exchange = last.exchanges[-1]
    return {
        "webRequest": {
            "protocol": "HTTP",
            "method": str(exchange.get("method", "")),
            "target": str(exchange.get("url", "")),
            "body": {"text": str(exchange.get("request_body", ""))},
        },
        "webResponse": {
            "statusCode": int(exchange.get("status", 0)),
            "body": {"text": str(exchange.get("answer_body", ""))},
        },
    }
