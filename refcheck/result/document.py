"""The result document: one run as an in-toto Statement.

Source: in-toto attestation framework v1 (statement), wrapped by `refcheck.result.signing` in a
DSSE v1 envelope. The predicate is ours, `urn:refcheck:result:1`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import rfc8785

from refcheck.errors import BadResult
from refcheck.result.names import bare_id, split_name
from refcheck.result.nesting import DEEPEST, is_too_deep
from refcheck.result.outcome import Attempt, Outcome, TestOutcome
from refcheck.result.usual_outcomes import REASON_LIMIT, read_usual

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:refcheck:result:1"


@dataclass(frozen=True, slots=True)
class Result:
    """What one run saw of one cloud.

    Attributes:
        run_id: unique name of the run.
        cloud: stable digest (sha256 hex) of the cloud's service catalogue; the same cloud keeps
            it over upgrades.
        deployment: digest of catalogue and API versions; changes when the cloud is upgraded.
        guideline_id, guideline_sha256: the guideline the tests were selected from.
        target: the program the tests were selected for.
        started, ended: RFC 3339, UTC.
        complete: False when the run was interrupted.
        tool_version, suite_sha256: what ran; the suite digest shows that tests were unmodified.
        outcomes: one per selected test.
        facts: what was discovered and chosen at run time; no secrets.
        nonce: given out by a registry, if one was asked for.
    """

    run_id: str
    cloud: str
    deployment: str
    guideline_id: str
    guideline_sha256: str
    target: str
    started: str
    ended: str
    complete: bool
    tool_version: str
    suite_sha256: str
    outcomes: tuple[TestOutcome, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    nonce: str | None = None

    @property
    def whole(self) -> bool:
        """Whether the run ended by itself and was told to leave nothing out."""
        told = [one for one in self.outcomes if one.reason]
        return self.complete and not any(one.left_out for one in told)


def to_statement(result: Result) -> bytes:
    """The result as canonical JSON (RFC 8785) of an in-toto Statement: the bytes to sign."""
    return rfc8785.dumps(
        {
            "_type": STATEMENT_TYPE,
            "subject": [
                {"name": "cloud", "digest": {"sha256": result.cloud}},
                {"name": "deployment", "digest": {"sha256": result.deployment}},
            ],
            "predicateType": PREDICATE_TYPE,
            "predicate": {
                "run": {
                    "id": result.run_id,
                    "started": result.started,
                    "ended": result.ended,
                    "complete": result.complete,
                },
                "tool": {"name": "refcheck", "version": result.tool_version},
                "suite": {"sha256": result.suite_sha256},
                "guideline": {"id": result.guideline_id, "sha256": result.guideline_sha256},
                "target": result.target,
                "facts": dict(result.facts),
                "nonce": result.nonce,
                "outcomes": [_outcome_to_json(o) for o in result.outcomes],
            },
        }
    )


def outcomes_json(outcomes: Iterable[TestOutcome]) -> bytes:
    """Outcomes as they stand in a statement."""
    return rfc8785.dumps([_outcome_to_json(one) for one in outcomes])


def from_statement(payload: bytes, *, where: str = "result", timed: bool = True) -> Result:
    """Read a statement back.

    Args:
        payload: the bytes that are signed.
        where: they come from, for faults.
        timed: tell how long each test took, and in how many attempts. Who does not ask is served
            faster: entries of tests that simply passed are the same in all results.

    Raises:
        BadResult: with the path of the fault, when the bytes are not such a statement.
    """
    return _Reader(where).read(payload, timed=timed)


def _outcome_to_json(outcome: TestOutcome) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": outcome.id,
        "name": outcome.name,
        "outcome": outcome.outcome.value,
        "reason": outcome.reason[:REASON_LIMIT],
        "duration": round(outcome.duration, 3),
        "attempts": outcome.attempts,
    }
    if outcome.tries:
        entry["tries"] = [
            {
                "outcome": one.outcome.value,
                "reason": one.reason[:REASON_LIMIT],
                "duration": round(one.duration, 3),
            }
            for one in outcome.tries
        ]
    return entry


_UNUSUAL_NUMBER = re.compile(rb"[:,\[]-?(\d+\.\d*0[,\]}]|\d+(\.\d+)?[eE]|\d{16})")
"""Numbers that Python and the standard may write differently."""


def _plainly_canonical(statement: Any, payload: bytes) -> bool:
    """Whether the bytes are canonical for certain; False says nothing.

    For ASCII with ordinary numbers, Python's own writer follows the standard, at a tenth of the
    price of the library that knows every case.
    """
    if not payload.isascii() or _UNUSUAL_NUMBER.search(payload):
        return False
    try:
        text = json.dumps(
            statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
    except ValueError:  # NaN and Infinity, which Python reads, are no JSON
        return False
    return text.isascii() and text.encode() == payload


class _Reader:
    """Reads a statement and knows where in the document it is."""

    def __init__(self, where: str) -> None:
        self._where = where

    def read(self, payload: bytes, *, timed: bool) -> Result:
        usual = read_usual(payload, timed=timed)
        statement = self._json(payload) if usual is None else usual.statement
        root = self._object(statement, "$")
        if is_too_deep(root):
            raise self._fault("$", f"is nested more than {DEEPEST} levels deep")
        for key, expected in (("_type", STATEMENT_TYPE), ("predicateType", PREDICATE_TYPE)):
            if root.get(key) != expected:
                raise self._fault(f"$.{key}", f"is {root.get(key)!r}, expected {expected!r}")
        digests = self._digests(root.get("subject"))
        predicate = self._object(root.get("predicate"), "$.predicate")
        run = self._object(predicate.get("run"), "$.predicate.run")
        guideline = self._object(predicate.get("guideline"), "$.predicate.guideline")
        complete = run.get("complete")
        if not isinstance(complete, bool):
            raise self._fault("$.predicate.run.complete", "is not true or false")
        nonce = predicate.get("nonce")
        result = Result(
            run_id=self._text(run, "id", "$.predicate.run"),
            cloud=digests["cloud"],
            deployment=digests["deployment"],
            guideline_id=self._text(guideline, "id", "$.predicate.guideline"),
            guideline_sha256=self._text(guideline, "sha256", "$.predicate.guideline"),
            target=self._text(predicate, "target", "$.predicate"),
            started=self._text(run, "started", "$.predicate.run"),
            ended=self._text(run, "ended", "$.predicate.run"),
            complete=complete,
            tool_version=self._text(
                self._object(predicate.get("tool"), "$.predicate.tool"),
                "version",
                "$.predicate.tool",
            ),
            suite_sha256=self._text(
                self._object(predicate.get("suite"), "$.predicate.suite"),
                "sha256",
                "$.predicate.suite",
            ),
            outcomes=self._outcomes(predicate.get("outcomes")) if usual is None else usual.outcomes,
            facts=self._object(predicate.get("facts"), "$.predicate.facts"),
            nonce=None if nonce is None else self._text(predicate, "nonce", "$.predicate"),
        )
        self._check_that_each_is_there_once(result.outcomes)
        self._check_canonical(statement, payload if usual is None else usual.rest)
        return result

    def _json(self, payload: bytes) -> Any:
        try:
            return json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise self._fault("$", f"not JSON ({error})") from error

    def _check_canonical(self, statement: Any, payload: bytes) -> None:
        """One statement, one sequence of bytes: no repeated members, no other spelling."""
        if _plainly_canonical(statement, payload):
            return
        try:
            canonical = rfc8785.dumps(statement)
        except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as error:
            raise self._fault("$", f"has no canonical form ({error})") from error
        if canonical != payload:
            raise self._fault("$", "is not canonical JSON (RFC 8785), as it is when it is signed")

    def _digests(self, subject: object) -> dict[str, str]:
        if not isinstance(subject, list):
            raise self._fault("$.subject", "is not a list")
        digests: dict[str, str] = {}
        for index, item in enumerate(subject):
            path = f"$.subject[{index}]"
            entry = self._object(item, path)
            digest = self._object(entry.get("digest"), f"{path}.digest")
            sha256 = self._text(digest, "sha256", f"{path}.digest")
            if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
                raise self._fault(f"{path}.digest.sha256", "is not a SHA-256 in lower-case hex")
            name = self._text(entry, "name", path)
            if name in digests:
                raise self._fault(path, f"repeats the subject {name!r}")
            digests[name] = sha256
        for name in ("cloud", "deployment"):
            if name not in digests:
                raise self._fault("$.subject", f"names no {name!r}")
        return digests

    def _outcomes(self, entries: object) -> tuple[TestOutcome, ...]:
        if not isinstance(entries, list):
            raise self._fault("$.predicate.outcomes", "is not a list")
        return tuple(
            self._outcome(entry, f"$.predicate.outcomes[{index}]")
            for index, entry in enumerate(entries)
        )

    def _check_that_each_is_there_once(self, outcomes: tuple[TestOutcome, ...]) -> None:
        words = [word for one in outcomes for word in (one.id, one.name) if word]
        if len(words) == len(set(words)):
            return
        seen: set[str] = set()
        for index, outcome in enumerate(outcomes):
            for word in filter(None, (outcome.id, outcome.name)):
                if word in seen:
                    raise self._fault(f"$.predicate.outcomes[{index}]", f"repeats test {word}")
                seen.add(word)

    def _outcome(self, item: object, path: str) -> TestOutcome:
        entry = self._object(item, path)
        ended = self._attempt(entry, path)
        attempts = entry.get("attempts", 1)
        if isinstance(attempts, bool) or not isinstance(attempts, int) or not 0 <= attempts < 1000:
            raise self._fault(f"{path}.attempts", "is not a small whole number")
        test_id, name = entry.get("id"), entry.get("name")
        if not isinstance(test_id, str) or not isinstance(name, str) or not name:
            raise self._fault(path, "needs a name, and an id that may be empty")
        if test_id != bare_id(test_id):
            raise self._fault(f"{path}.id", f"is {test_id!r}, not a bare lower-case UUID")
        if split_name(name)[1]:
            raise self._fault(f"{path}.name", "carries an id of its own")
        return TestOutcome(
            test_id,
            name,
            ended.outcome,
            ended.reason,
            ended.duration,
            attempts,
            self._tries(entry, attempts, path),
        )

    def _tries(self, entry: dict[str, Any], attempts: int, path: str) -> tuple[Attempt, ...]:
        tries = entry.get("tries", [])
        if not isinstance(tries, list) or (tries and len(tries) != attempts):
            raise self._fault(f"{path}.tries", "is not a list of as many as attempts were made")
        return tuple(
            self._attempt(self._object(one, f"{path}.tries[{index}]"), f"{path}.tries[{index}]")
            for index, one in enumerate(tries)
        )

    def _attempt(self, entry: dict[str, Any], path: str) -> Attempt:
        word = self._text(entry, "outcome", path)
        try:
            outcome = Outcome(word)
        except ValueError as error:
            known = ", ".join(Outcome)
            raise self._fault(f"{path}.outcome", f"is {word!r}; known are {known}") from error
        duration = entry.get("duration", 0.0)
        if (
            isinstance(duration, bool)
            or not isinstance(duration, int | float)
            or not 0 <= duration < 1e9
        ):
            raise self._fault(f"{path}.duration", "is not a number of seconds")
        reason = entry.get("reason", "")
        if not isinstance(reason, str):
            raise self._fault(f"{path}.reason", "is not text")
        return Attempt(outcome, reason[:REASON_LIMIT], float(duration))

    def _object(self, value: object, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._fault(path, "is missing or not an object")
        return value

    def _text(self, parent: dict[str, Any], key: str, path: str) -> str:
        value = parent.get(key)
        if not isinstance(value, str) or not value:
            raise self._fault(f"{path}.{key}", "is missing or not text")
        return value

    def _fault(self, path: str, fault: str) -> BadResult:
        return BadResult(
            f"{path} {fault}",
            where=self._where,
            next_step="Give the result.json that `refcheck run` wrote, unchanged.",
        )
