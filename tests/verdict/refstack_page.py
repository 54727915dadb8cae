"""What RefStack's result page computes, written from its description and the raw document.

Shares no code with `refcheck.verdict.refstack`. Only names count; see the facts in that module.
"""

from __future__ import annotations

from typing import Any

from tests.verdict.second_scorer import STATUSES, TITLES


def page(document: dict[str, Any], target: str, names: set[str]):
    """`(compliance, {status: (tests, passed, flagged passed, flagged not passed)})`."""
    programs = {**document.get("platforms", {}), **document.get("add-ons", {})}
    status_of: dict[str, str] = {}
    for ref in programs[TITLES[target]]["components"]:
        for status, capabilities in document["components"][ref["name"]]["capabilities"].items():
            for capability in capabilities:
                known = status_of.get(capability, "removed")
                status_of[capability] = min(known, status, key=STATUSES.index)
    rows = {status: [] for status in STATUSES}
    for capability, status in status_of.items():
        for name, body in document["capabilities"].get(capability, {"tests": {}})["tests"].items():
            passed = name in names or any(alias in names for alias in body.get("aliases", []))
            rows[status].append((passed, "flagged" in body))
    counts = {
        status: (
            len(tests),
            sum(passed for passed, _ in tests),
            sum(passed and flagged for passed, flagged in tests),
            sum(flagged and not passed for passed, flagged in tests),
        )
        for status, tests in rows.items()
    }
    unflagged = [passed for passed, flagged in rows["required"] if not flagged]
    return sum(unflagged) == len(unflagged), counts
