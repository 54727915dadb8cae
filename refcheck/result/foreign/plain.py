"""A plain list of passed tests: one name or id a line; blank lines and `#` comments are skipped."""

from __future__ import annotations

import re

from refcheck.errors import BadResult
from refcheck.result.names import bare_id, split_name
from refcheck.result.outcome import Outcome, TestOutcome

_NAME_LIMIT = 2000
_BRACKET = re.compile(r"[\[(]")
"""Begins a parameter or a scenario, which may hold anything."""


def read_plain(text: str, *, where: str) -> tuple[TestOutcome, ...]:
    """The listed tests, all as passed.

    Raises:
        BadResult: with the number of the first line that is no test, or when there is none.
    """
    outcomes = []
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.partition("#")[0].strip()
        if entry:
            outcomes.append(_outcome(entry, f"line {number}", where))
    if not outcomes:
        raise _fault(where, "$", "lists no test")
    return tuple(outcomes)


def _outcome(entry: str, path: str, where: str) -> TestOutcome:
    if test_id := bare_id(entry):
        return TestOutcome(test_id, "", Outcome.PASSED)
    name, suffix_id = split_name(entry)
    dotted = _BRACKET.split(name)[0]
    if len(entry) > _NAME_LIMIT or not entry.isprintable() or " " in dotted or "." not in dotted:
        raise _fault(where, path, f"is {entry[:80]!r}, neither a test's dotted name nor an id")
    return TestOutcome(suffix_id, entry, Outcome.PASSED)


def _fault(where: str, path: str, text: str) -> BadResult:
    return BadResult(
        f"{path} {text}",
        where=where,
        next_step="Give one name or idempotent id of a passed test per line.",
    )
