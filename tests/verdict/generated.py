"""Generated guidelines and results, small enough that everything collides with everything."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from refcheck.result.outcome import Outcome, TestOutcome
from tests.verdict.small import document, uuid

NUMBERS = range(1, 6)
NAMES = [f"suite.test_{n}" for n in NUMBERS] + ["old.a", "old.b", "unknown.c"]
IDS = [uuid(n) for n in NUMBERS] + [uuid(9), ""]
CAPABILITIES = ["boot", "stop", "undefined"]


@st.composite
def tests(draw: st.DrawFn) -> dict[str, Any]:
    """Tests of one capability; ids may be shared, missing, and names used as aliases."""
    chosen = draw(st.lists(st.sampled_from(NUMBERS), unique=True, max_size=3))
    bodies = {}
    for number in chosen:
        # The same name has the same id everywhere; some names share one, some have none.
        body: dict[str, Any] = {"idempotent_id": {4: uuid(3), 5: ""}.get(number, uuid(number))}
        aliases = draw(st.lists(st.sampled_from([*NAMES[:2], "old.a", "old.b"]), max_size=2))
        if aliases:
            body["aliases"] = aliases
        if draw(st.booleans()) and draw(st.booleans()):
            body["flagged"] = {"reason": "x", "action": "y", "date": "z"}
        bodies[f"suite.test_{number}"] = body
    return bodies


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A guideline of two capabilities in two components, as a schema 2.0 document."""
    statuses = st.dictionaries(
        st.sampled_from(["required", "required", "advisory", "deprecated", "removed"]),
        st.lists(st.sampled_from(CAPABILITIES), unique=True, max_size=2),
        max_size=2,
    )
    return document(
        {"boot": draw(tests()), "stop": draw(tests())},
        {"one": draw(statuses), "two": draw(statuses)},
        programs={
            "OpenStack Powered Platform": ["one", "two"],
            "OpenStack Powered Compute": ["one"],
        },
    )


def entries(outcomes: st.SearchStrategy[Outcome] | None = None) -> st.SearchStrategy[TestOutcome]:
    """An entry of a result; id and name may disagree, and the id may be part of the name."""
    kinds = (
        st.sampled_from([Outcome.PASSED, Outcome.PASSED, *Outcome])
        if outcomes is None
        else outcomes
    )
    suffixes = st.sampled_from(["", "", f"[id-{uuid(1)},smoke]", f"[id-{uuid(3)}]"])
    names = st.tuples(st.sampled_from(["", *NAMES]), suffixes).map(
        lambda parts: "".join(parts) if parts[0] else ""
    )
    return st.builds(TestOutcome, st.sampled_from(IDS), names, kinds, st.sampled_from(["", "why"]))


results = st.lists(entries(), max_size=8)
