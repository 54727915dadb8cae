"""The outcomes of a statement in their usual spelling, read from its text at once.

Nearly all of a statement is the list of outcomes, and nearly all lists look alike: canonical JSON
of ASCII, with ids and durations of a few digits. One expression for an entry parses it, checks it
and shows that it is canonical, in less than half the time that these take one after the other. And
what entries say of tests that passed is the same in all runs but for the time it took.
What it does not match is no fault: `refcheck.result.document` reads it with more patience.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from refcheck.result.outcome import Attempt, Outcome, TestOutcome

REASON_LIMIT = 2000
"""Characters of a reason that are kept."""
_MEMBER = b'"outcomes":['
_ELSEWHERE = b'"the outcomes, read by themselves"'
"""Stands where they were: only if it stands in the right place they are the run's."""

_PLAIN = r"[ !#-\[\]-~]*+"
_ESCAPE = r'\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))'
_TEXT = f"{_PLAIN}(?:{_ESCAPE}{_PLAIN})*+"
_NAME = r"[ !#-Z^-~]++"
_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SECONDS = r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{0,5}[1-9])?"  # a computer forgets none of 15 digits
_WORD = "|".join(Outcome)
_TRY = rf'\{{"duration":{_SECONDS},"outcome":"(?:{_WORD})","reason":"{_TEXT}"\}}'
_EFFORT = rf'(0|[1-9][0-9]{{0,2}}),"duration":({_SECONDS})'
_TEST = rf'"({_ID})","name":"({_NAME})"'
_ENTRY = re.compile(
    rf'{_EFFORT},"id":{_TEST},"outcome":"({_WORD})","reason":"({_TEXT})"'
    rf'(?:,"tries":(\[{_TRY}(?:,{_TRY})*+\]))?'
)
_EFFORTS = re.compile(rf"(?:{_EFFORT}\n)*+")
_SIMPLY_PASSED = re.compile(rf'{_TEST},"outcome":"{Outcome.PASSED}","reason":""')
_BEGIN, _BETWEEN, _END = '{"attempts":', '},{"attempts":', '}],"run":'
"""Around entries. No text within JSON has such in it: a quote there has a backslash before it."""
_LONGEST_KNOWN = 400
"""Characters of what is kept for the next statement."""
_OUTCOMES: Mapping[str, Outcome] = {outcome.value: outcome for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Usual:
    """A statement whose outcomes are spelled as usual, and so are canonical JSON.

    Attributes:
        statement: the parsed JSON, with a word in place of the outcomes.
        rest: the text of that.
        outcomes: in their order.
    """

    statement: dict[str, Any]
    rest: bytes
    outcomes: tuple[TestOutcome, ...]


def read_usual(payload: bytes, *, timed: bool = True) -> Usual | None:
    """A statement that is spelled as usual; None when it must be looked at closely.

    Args:
        payload: the text of a statement.
        timed: see `from_statement`.
    """
    begin = payload.find(_MEMBER)
    if begin < 0 or not payload.isascii() or b"\n" in payload or _ELSEWHERE in payload:
        return None
    text = payload.decode("ascii")
    begin += len(_MEMBER)
    found = _list(text, begin, timed=timed)
    if found is None:
        return None
    outcomes, end = found
    rest = b"".join((payload[: begin - 1], _ELSEWHERE, payload[end:]))
    try:
        statement = json.loads(rest)
        is_theirs = statement["predicate"]["outcomes"] == json.loads(_ELSEWHERE)
    except (ValueError, RecursionError, TypeError, KeyError):
        return None
    return Usual(statement, rest, outcomes) if is_theirs else None


def _list(text: str, begin: int, *, timed: bool) -> tuple[tuple[TestOutcome, ...], int] | None:
    """The entries of a list from the first one on, and where the list ends."""
    end = text.find(_END, begin)
    if end < 0 or not text.startswith(_BEGIN, begin):
        return None
    outcomes: list[TestOutcome] = []
    efforts: list[str] = []
    for entry in text[begin + len(_BEGIN) : end].split(_BETWEEN):
        effort, _, said = entry.partition(',"id":')
        outcome = None if timed or len(said) > _LONGEST_KNOWN else _simply_passed(said)
        if outcome is not None:
            efforts.append(effort)
        else:
            outcome = _read(entry)
            if outcome is None:
                return None
        outcomes.append(outcome)
    if not _EFFORTS.fullmatch("\n".join([*efforts, ""])):
        return None
    return tuple(outcomes), end + 2


@lru_cache(maxsize=4096)
def _simply_passed(said: str) -> TestOutcome | None:
    """The outcome of a test that is said to have passed, with nothing to add."""
    found = _SIMPLY_PASSED.fullmatch(said)
    return None if found is None else TestOutcome(found[1], found[2], Outcome.PASSED)


def _read(entry: str) -> TestOutcome | None:
    """The outcome that an entry tells of."""
    found = _ENTRY.fullmatch(entry)
    if found is None:
        return None
    attempts, seconds, test_id, name, word, reason, tries = found.groups()
    why = reason if "\\" not in reason else json.loads(f'"{reason}"')
    made = tuple([_attempt(**one) for one in json.loads(tries)]) if tries else ()
    count = int(attempts)
    if len(why) > REASON_LIMIT or (made and not _are_all(made, count)):
        return None
    return TestOutcome(test_id, name, _OUTCOMES[word], why, float(seconds), count, made)


def _are_all(made: tuple[Attempt, ...], count: int) -> bool:
    """Whether so many attempts are told of, each with a reason that is kept whole."""
    return len(made) == count and all(len(one.reason) <= REASON_LIMIT for one in made)


def _attempt(duration: float, outcome: str, reason: str) -> Attempt:
    return Attempt(_OUTCOMES[outcome], reason, float(duration))
