"""From the bytes that RefStack's client sends to a result, every item checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from refcheck.result.foreign.refstack import read_refstack
from refcheck.result.nesting import is_too_deep
from refcheck.result.outcome import TestOutcome
from refcheck_server.refstack.errors import BadUpload
from refcheck_server.refstack.models import CPID
from refcheck_server.results.reading import MOST_OUTCOMES

_LONGEST_RUN = 366 * 24 * 3600
_MEMBERS = {"cpid", "duration_seconds", "results"}
_STEP = "Send the JSON that refstack-client writes, unchanged."
_NONE_PASSED = (
    "Send a run in which tests passed. `upload-subunit` finds none in a stream of version 2: make "
    "it one of version 1 with subunit-2to1."
)
_ONE_RUN = "Send each test once: the file may hold several runs, one after another."


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent; `outcomes` are passes alone, since the format has nothing else."""

    cpid: str
    duration_seconds: int
    outcomes: tuple[TestOutcome, ...]


def read_sent(body: bytes) -> Sent:
    """Read an upload of RefStack's client.

    Raises:
        BadUpload, BadResult: with the path of the fault.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _fault("$", "is not JSON, perhaps truncated") from error
    if not isinstance(document, dict) or is_too_deep(document):
        raise _fault("$", "is not an object of a few levels")
    if unknown := sorted(set(document) - _MEMBERS):
        raise _fault("$", f"has a member {unknown[0][:40]!a} that the format has not")
    outcomes = read_refstack(document, where="$")
    if not 1 <= len(outcomes) <= MOST_OUTCOMES:
        raise _fault(
            "$.results",
            f"has {len(outcomes):,} entries; 1 to {MOST_OUTCOMES:,} are taken",
            _STEP if outcomes else _NONE_PASSED,
        )
    seen: set[str] = set()
    for index, one in enumerate(outcomes):
        if one.name in seen:
            raise _fault(f"$.results[{index}]", "repeats a test", _ONE_RUN)
        seen.add(one.name)
    return Sent(_cpid(document.get("cpid")), _duration(document.get("duration_seconds")), outcomes)


def outcomes_of(body: bytes) -> tuple[TestOutcome, ...]:
    """The outcomes of an upload that `read_sent` took before."""
    return read_refstack(json.loads(body), where="$")


def _cpid(value: Any) -> str:
    if (
        isinstance(value, str)
        and 0 < len(value) <= CPID
        and value.isascii()
        and value.isprintable()
    ):
        return value
    raise _fault("$.cpid", f"is not 1 to {CPID} printable ASCII characters")


def _duration(value: Any) -> int:
    if type(value) is int and 0 <= value <= _LONGEST_RUN:
        return value
    raise _fault("$.duration_seconds", "is not a whole number of seconds of at most a year")


def _fault(path: str, text: str, next_step: str = _STEP) -> BadUpload:
    return BadUpload(text, where=path, next_step=next_step)
