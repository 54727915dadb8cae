"""What a gate lets through beside passes: known failures, and how it takes the rest. As data.

A policy file, in JSON or YAML: `known_failures`, a list of `test` (id or name) and/or `capability`
(a glob), `reason`, and optionally `until` (a date, the last day) and `outcome`; `strict`; `flaky`
(`refuse` or `report`); `left_out` (`undecided` or `accept`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from refcheck.errors import BadGuideline, BadInput
from refcheck.guideline.parse import parse
from refcheck.result.names import bare_id
from refcheck.result.outcome import Outcome
from refcheck.verdict.form import fault_of
from refcheck.verdict.pairing import Pair

_NEXT_STEP = "Mend it; docs/how-to/ci/index.md shows the form."
_TEXT = {"type": "string", "minLength": 1}
_KNOWN = {
    "type": "object",
    "required": ["reason"],
    "properties": {
        "test": _TEXT,
        "capability": _TEXT,
        "reason": _TEXT,
        "until": _TEXT,
        "outcome": {"enum": [word.value for word in Outcome if word is not Outcome.PASSED]},
    },
    "additionalProperties": False,  # a misspelt scope must not widen what is known
}
_POLICY = {
    "properties": {
        "known_failures": {"type": "array", "items": _KNOWN},
        "strict": {"type": "boolean"},
        "flaky": {"enum": ["refuse", "report"]},
        "left_out": {"enum": ["undecided", "accept"]},
    },
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A failure that is expected.

    Attributes:
        test: id or name of the test, or "".
        capability: glob of the capabilities' names, or "". With a test too, both must fit.
        reason: why it is known.
        until: the last day on which it is expected; None for always.
        outcome: how exactly the test ends; None for whatever shows that the cloud falls short.
    """

    test: str
    capability: str
    reason: str
    until: date | None = None
    outcome: Outcome | None = None

    def covers(self, pair: Pair) -> bool:
        """Whether the scope takes in this test."""
        return (not self.test or self._names(pair)) and (
            not self.capability
            or any(fnmatchcase(name, self.capability) for name in pair.capabilities)
        )

    def expects(self, outcome: Outcome) -> bool:
        """Whether this is how it is known to end."""
        return outcome.is_definite_no if self.outcome is None else outcome is self.outcome

    def expired(self, today: date) -> bool:
        return self.until is not None and today > self.until

    @property
    def scope(self) -> str:
        """For people."""
        return " in ".join(filter(None, (self.test, self.capability)))

    def _names(self, pair: Pair) -> bool:
        known = bare_id(self.test)
        return known == pair.id if known else self.test == pair.name


@dataclass(frozen=True, slots=True)
class Policy:
    """How a gate takes what is not a pass.

    Attributes:
        strict: a known failure that passes now refuses.
        flaky_refuses: a flaky test is a failure; else it is only told.
        left_out_accepted: what the run was told to leave out is taken over from the baseline; else
            it is missed like whatever was not decided.
    """

    known: tuple[KnownFailure, ...] = ()
    strict: bool = False
    flaky_refuses: bool = True
    left_out_accepted: bool = False


def read_policy(data: bytes, *, where: str) -> Policy:
    """The policy of a file.

    Raises:
        BadInput: with the path of the fault.
    """
    try:
        tree = parse(data, where=where)
    except BadGuideline as error:
        raise BadInput(error.fault, where=where, next_step=_NEXT_STEP) from error
    if problem := fault_of(tree, _POLICY):
        raise BadInput(problem, where=where, next_step=_NEXT_STEP)
    return Policy(
        known=tuple(
            _known(entry, f"$.known_failures[{index}]", where)
            for index, entry in enumerate(tree.get("known_failures", ()))
        ),
        strict=tree.get("strict", False),
        flaky_refuses=tree.get("flaky") != "report",
        left_out_accepted=tree.get("left_out") == "accept",
    )


def _known(entry: dict[str, Any], path: str, where: str) -> KnownFailure:
    if not entry.keys() & {"test", "capability"}:
        fault = f"{path} names neither a test nor a capability"
        raise BadInput(fault, where=where, next_step=_NEXT_STEP)
    return KnownFailure(
        test=entry.get("test", ""),
        capability=entry.get("capability", ""),
        reason=entry["reason"],
        until=_day(entry["until"], f"{path}.until", where) if "until" in entry else None,
        outcome=Outcome(entry["outcome"]) if "outcome" in entry else None,
    )


def _day(text: str, path: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        fault = f"{path} is {text[:40]!r}, not a day such as 2026-12-31"
        raise BadInput(fault, where=where, next_step=_NEXT_STEP) from error
