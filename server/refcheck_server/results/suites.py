"""Outcomes as the judge needs them, a few bits each: a suite's tests are kept once for all runs.

The tests of a suite are sorted, so that the order of a run makes no other suite. What the judge
does not look at (durations, attempts) is in the envelope alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.seen import Seen
from refcheck.verdict.suite_judge import Other
from refcheck_server.columns import HEX_DIGEST, Base
from refcheck_server.database import dialect_of, insert_into, kept
from refcheck_server.results.dictionaries import pack_alone, unpack_alone

_CODES = {
    (outcome, with_reason): 2 * number + with_reason
    for number, outcome in enumerate(
        (
            Outcome.PASSED,
            Outcome.FAILED,
            Outcome.EXTRA,
            Outcome.ABSENT,
            Outcome.ERROR,
            Outcome.UNDECIDED,
            Outcome.FLAKY,
        )
    )
    for with_reason in (False, True)
}
"""An outcome, and whether a reason goes with it → its byte; the numbers are for ever."""
_OUTCOMES = {code: outcome for (outcome, _), code in _CODES.items()}
_MOST_KNOWN = 64
"""Suites that a process remembers; strangers can make as many as they like."""


class Suite(Base):
    """The tests of results, once for all that have the same ones.

    Attributes:
        sha256: of the uncompressed `tests`.
        tests: JSON of sorted pairs of id and name, compressed.
    """

    __tablename__ = "suites"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    tests: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class Packed:
    """Outcomes, small.

    Attributes:
        tests: id and name of each.
        others: what did not simply pass.
        outcomes: what became of each, as it is kept.
    """

    tests: tuple[tuple[str, str], ...]
    others: Sequence[Other]
    outcomes: bytes


def pack_outcomes(outcomes: Iterable[TestOutcome]) -> Packed:
    """Outcomes, each of another test, as they are kept."""
    rows, passed = Seen.of(outcomes).rows, Outcome.PASSED
    others = [
        (place, outcome, reason)
        for place, (_, _, outcome, reason) in enumerate(rows)
        if reason or outcome is not passed
    ]
    codes = bytearray(len(rows))
    for place, outcome, reason in others:
        codes[place] = _CODES[outcome, bool(reason)]
    reasons = json.dumps([reason for *_, reason in others if reason], separators=(",", ":"))
    return Packed(
        tuple([row[:2] for row in rows]), others, pack_alone(bytes(codes) + reasons.encode())
    )


def suite_for(session: Session, packed: Packed) -> int:
    """The id of the suite of these tests; no statement once it is known here.

    A suite that is new is committed at once, so call it before anything is written.
    """
    known: dict[tuple[tuple[str, str], ...], int] = kept(session, "suites")
    found = known.get(packed.tests)
    if found is None:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        found = known[packed.tests] = _found_or_made(session, text_of_tests(packed.tests))
    return found


def text_of_tests(tests: Iterable[tuple[str, str]]) -> bytes:
    """The tests of a suite as they are kept, before they are compressed."""
    return json.dumps(list(tests), separators=(",", ":")).encode()


def _found_or_made(session: Session, tests: bytes) -> int:
    sha256 = hashlib.sha256(tests).hexdigest()
    query = select(Suite.id).where(Suite.sha256 == sha256)
    found = session.scalar(query)
    if found is None:
        new = insert_into(dialect_of(session), Suite).on_conflict_do_nothing()
        session.execute(new, {"sha256": sha256, "tests": pack_alone(tests)})
        session.commit()
        found = session.scalars(query).one()
    return found


def tests_of(packed: bytes) -> list[tuple[str, str]]:
    """Id and name of each test of a suite, from its column."""
    return [(test_id, name) for test_id, name in json.loads(unpack_alone(packed))]


def others_of(packed: bytes, count: int) -> list[Other]:
    """What did not simply pass, from a result's column, which tells of `count` tests."""
    data = unpack_alone(packed)
    reasons = iter(json.loads(data[count:]))
    return [
        (place, _OUTCOMES[code], next(reasons) if code % 2 else "")
        for place, code in enumerate(data[:count])
        if code
    ]


def outcomes_of(tests: Sequence[tuple[str, str]], packed: bytes, sha256: str) -> Seen:
    """All outcomes of a result: of these tests, from its column, and with that digest."""
    outcomes = [TestOutcome(*test, Outcome.PASSED) for test in tests]
    for place, outcome, reason in others_of(packed, len(tests)):
        outcomes[place] = TestOutcome(*tests[place], outcome, reason)
    return Seen.known(outcomes, sha256)
