"""Small guidelines and outcomes to judge, built in a line or two."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from refcheck.guideline.model import Guideline
from refcheck.guideline.reader import read
from refcheck.result.outcome import Outcome, TestOutcome

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def case(number: int, *, flagged: bool = False, aliases: Iterable[str] = (), bare: bool = False):
    """`name → body` of a test; `bare` leaves the id out."""
    body: dict[str, Any] = {"idempotent_id": "" if bare else f"id-{uuid(number)}"}
    if flagged:
        body["flagged"] = {"reason": "[D401] A bug.", "action": "Wait.", "date": "2020-01-01"}
    if aliases:
        body["aliases"] = list(aliases)
    return {f"suite.test_{number}": body}


def document(
    capabilities: Mapping[str, Mapping[str, Any]],
    components: Mapping[str, Mapping[str, list[str]]],
    *,
    programs: Mapping[str, list[str]] | None = None,
    designated: Mapping[str, list[str]] | None = None,
    sections: Mapping[str, Any] | None = None,
    guideline_id: str = "2030.01",
    status: str = "approved",
    **more: Any,
) -> dict[str, Any]:
    """A schema 2.0 document; every component is in the program Platform unless told otherwise."""
    programs = programs or {"OpenStack Powered Platform": list(components)}
    return {
        "metadata": {
            "id": guideline_id,
            "schema": "2.0",
            "scoring": {"cutoff_score": 74, "criteria": {}},
            "os_trademark_approval": {"status": status, "replaces": "", "releases": []},
        },
        "platforms": {
            title: {"components": [{"name": name} for name in names]}
            for title, names in programs.items()
        },
        "components": {
            name: {
                "capabilities": dict(by_status),
                "designated_sections": {"required": (designated or {}).get(name, [])},
            }
            for name, by_status in components.items()
        },
        "capabilities": {
            name: {"project": "nova", "tests": dict(tests)} for name, tests in capabilities.items()
        },
        "designated_sections": dict(sections or {}),
        **more,
    }


def guideline(*arguments: Any, **more: Any) -> Guideline:
    return load(document(*arguments, **more))


def load(tree: Mapping[str, Any]) -> Guideline:
    return read(json.dumps(tree).encode(), where="test")


def seen(number: int, outcome: Outcome = Outcome.PASSED, reason: str = "") -> TestOutcome:
    return TestOutcome(uuid(number), f"suite.test_{number}", outcome, reason)


def all_passed(one: Guideline) -> list[TestOutcome]:
    return [
        TestOutcome(each.id, each.name, Outcome.PASSED)
        for capability in one.capabilities.values()
        for each in capability.tests
    ]
