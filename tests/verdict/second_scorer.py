"""A second judge of the capability rule, written from the guideline document alone.

It shares no code with the first: it reads the raw document, asks of every pair of entry and test
whether they belong together, and knows nothing of models, indexes or strengths.
"""

from __future__ import annotations

import re
from typing import Any

PLATFORMS = {"platform": "OpenStack Powered Platform", "compute": "OpenStack Powered Compute"}


def score(document: dict[str, Any], target: str, entries: list[tuple[str, str, str]]):
    """`(qualifies, {status: (tests, passed, flagged passed, flagged not passed)})`.

    Entries are `(id, name, outcome)`.
    """
    names = [c["name"] for c in document["platforms"][PLATFORMS[target]]["components"]]
    status_of: dict[str, str] = {}
    for status in (
        "removed",
        "deprecated",
        "advisory",
        "required",
    ):  # the strongest is written last
        for name in names:
            for capability in document["components"][name]["capabilities"].get(status, []):
                status_of[capability] = status
    everything = {
        test: body for c in document["capabilities"].values() for test, body in c["tests"].items()
    }
    aliases: dict[str, set[str]] = {}
    for capability in document["capabilities"].values():
        for test, body in capability["tests"].items():
            aliases.setdefault(test, set()).update(body.get("aliases", []))
    counts = {status: [0, 0, 0, 0] for status in ("required", "advisory", "deprecated", "removed")}
    must = met = 0
    for capability, status in status_of.items():
        for test, body in document["capabilities"].get(capability, {"tests": {}})["tests"].items():
            passed = any(
                outcome == "passed" and belongs(test_id, name, test, everything, aliases)
                for test_id, name, outcome in entries
            )
            flagged = "flagged" in body
            counts[status][0] += 1
            counts[status][1] += passed
            counts[status][2] += passed and flagged
            counts[status][3] += flagged and not passed
            if status == "required" and not flagged:
                must += 1
                met += passed
    return must > 0 and must == met, {status: tuple(four) for status, four in counts.items()}


def belongs(
    entry_id: str, name: str, test: str, everything: dict[str, Any], aliases: dict[str, set[str]]
) -> bool:
    """Whether an entry speaks of a test: by id, or by name, or by alias."""
    suffix = re.fullmatch(r"(.+)\[id-([0-9a-f-]{36})(?:,smoke)?\]", name)
    if suffix:
        name = suffix[1]
        entry_id = entry_id or suffix[2]
    test_id = everything[test]["idempotent_id"].removeprefix("id-")
    if entry_id:
        bearers = [
            t for t, b in everything.items() if b["idempotent_id"].removeprefix("id-") == entry_id
        ]
        if bearers:
            named = [t for t in bearers if t == name] or [t for t in bearers if name in aliases[t]]
            return test in (named or bearers)
        if test_id:
            return False  # an id that is not this test's
    if name in everything:
        return name == test
    holders = [t for t in everything if name in aliases[t]]
    return holders == [test]
