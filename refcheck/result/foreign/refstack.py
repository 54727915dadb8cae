"""RefStack's result JSON: the tests that passed, and nothing else.

`{"cpid", "duration_seconds", "results": [{"name", "uuid"}]}` as its client uploads it, or with
plain names in `results` as its server gives it out.
"""

from __future__ import annotations

from typing import Any

from refcheck.errors import BadResult
from refcheck.result.names import bare_id
from refcheck.result.outcome import Outcome, TestOutcome

_NAME_LIMIT = 2000


def read_refstack(document: dict[str, Any], *, where: str) -> tuple[TestOutcome, ...]:
    """The passed tests of a parsed document.

    Raises:
        BadResult: with the path of the fault.
    """
    results = document.get("results")
    if not isinstance(results, list):
        raise _fault(where, "$.results", "is not a list")
    return tuple(_outcome(item, f"$.results[{index}]", where) for index, item in enumerate(results))


def _outcome(item: object, path: str, where: str) -> TestOutcome:
    entry = {"name": item} if isinstance(item, str) else item
    if not isinstance(entry, dict):
        raise _fault(where, path, "is neither an object nor a name")
    name, uuid = entry.get("name"), entry.get("uuid")
    if not isinstance(name, str) or not name or len(name) > _NAME_LIMIT or not name.isprintable():
        raise _fault(where, f"{path}.name", "is missing or not a test's name")
    if uuid is None or uuid == "":
        return TestOutcome("", name, Outcome.PASSED)
    test_id = bare_id(uuid) if isinstance(uuid, str) else ""
    if not test_id:
        raise _fault(where, f"{path}.uuid", f"is {str(uuid)[:80]!r}, not a UUID")
    return TestOutcome(test_id, name, Outcome.PASSED)


def _fault(where: str, path: str, text: str) -> BadResult:
    return BadResult(
        f"{path} {text}",
        where=where,
        next_step="Give the JSON that refstack-client wrote, unchanged.",
    )
