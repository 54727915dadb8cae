"""A second judge of the capability rule, written from the guideline document alone.

It shares no code with the first: it reads the raw documents and knows nothing of models, caches or
strengths. A test is a pair of id and name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

Document = dict[str, Any]
Entry = tuple[str, str, str]
"""Id, name, outcome."""
STATUSES = ("required", "advisory", "deprecated", "removed")
TITLES = {
    "platform": "OpenStack Powered Platform",
    "compute": "OpenStack Powered Compute",
    "object": "OpenStack Powered Storage",
    "dns": "DNS",
    "orchestration": "Orchestration",
    "scs-0128": "SCS-0128",
}


def score(
    document: Document,
    target: str,
    entries: Iterable[Entry],
    library: Callable[[str], Document] | None = None,
):
    """`(capability rule holds, {status: (tests, passed, flagged passed, flagged not passed)})`."""
    program = {**document.get("platforms", {}), **document.get("add-ons", {})}[TITLES[target]]
    own = [document["components"][ref["name"]] for ref in program["components"]]
    base = []
    for ref in program.get("required_platform_components", []):
        home = library(ref["source"].rsplit("/", 1)[-1].removesuffix(".json"))
        base.append((home, home["components"][ref["name"]]))
    passed = passed_tests([document, *(home for home, _ in base)], entries)

    counts = {status: [0, 0, 0, 0] for status in STATUSES}
    asked = list(required_tests(document, own))
    for home, component in base:
        asked += required_tests(home, [component])
    for status, capability in by_status(own).items():
        for name in capability:
            for test, flagged in tests_of(document, name):
                counts[status][0] += 1
                counts[status][1] += test in passed
                counts[status][2] += test in passed and flagged
                counts[status][3] += test not in passed and flagged
    own_asked = any(True for _ in required_tests(document, own))
    holds = own_asked and all(test in passed for test in asked)
    return holds, {status: tuple(four) for status, four in counts.items()}


def by_status(components: list[Document]) -> dict[str, list[str]]:
    """Each capability under the strongest status that any component gives it."""
    taken: set[str] = set()
    placed: dict[str, list[str]] = {}
    for status in STATUSES:
        names = [n for c in components for n in c.get("capabilities", {}).get(status, [])]
        placed[status] = [name for name in dict.fromkeys(names) if name not in taken]
        taken.update(names)
    return placed


def tests_of(document: Document, capability: str):
    """`((id, name), flagged)` of each test of a capability; none when it is not defined."""
    body = document["capabilities"].get(capability, {"tests": {}})
    for name, test in body["tests"].items():
        yield (bare(test.get("idempotent_id", "")), name), "flagged" in test


def required_tests(document: Document, components: list[Document]):
    """The tests that must pass."""
    for name in by_status(components)["required"]:
        yield from (test for test, flagged in tests_of(document, name) if not flagged)


def bare(written: str) -> str:
    return written.lower().removeprefix("id-")


def passed_tests(documents: list[Document], entries: Iterable[Entry]) -> set[tuple[str, str]]:
    """The tests that some passed entry speaks of."""
    aliases: dict[tuple[str, str], set[str]] = {}
    for document in documents:
        for capability in document["capabilities"].values():
            for name, body in capability["tests"].items():
                key = (bare(body.get("idempotent_id", "")), name)
                aliases.setdefault(key, set()).update(body.get("aliases", []))
    found: set[tuple[str, str]] = set()
    names = {name for _, name in aliases}
    for entry_id, name, outcome in entries:
        if outcome == "passed":
            found |= spoken_of(entry_id, name, aliases, names)
    return found


def spoken_of(
    entry_id: str, name: str, aliases: dict[tuple[str, str], set[str]], names: set[str]
) -> set[tuple[str, str]]:
    """The tests that an entry speaks of: by id, or by name, or by alias."""
    suffix = re.fullmatch(r"(.+)\[id-([0-9a-f-]{36})(?:,smoke)?\]", name)
    if suffix:
        name = suffix[1]
        entry_id = entry_id or suffix[2]
    if entry_id:
        bearers = {test for test in aliases if test[0] == entry_id}
        if bearers:
            named = {test for test in bearers if test[1] == name}
            return named or {test for test in bearers if name in aliases[test]} or bearers
    if name in names:
        spoken = {test for test in aliases if test[1] == name}
    else:
        spoken = {test for test in aliases if name in aliases[test]}
        if len(spoken) > 1:
            return set()
    # An id that nobody bears is that of another test, unless the test has none of its own.
    return {test for test in spoken if not (entry_id and test[0])}
