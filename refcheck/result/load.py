"""Any result file to outcomes: finds out which form it has."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from securesystemslib.dsse import Envelope

from refcheck.errors import BadResult
from refcheck.result.document import Result, from_statement
from refcheck.result.foreign.plain import read_plain
from refcheck.result.foreign.refstack import read_refstack
from refcheck.result.foreign.unittest_runs import Collected
from refcheck.result.outcome import TestOutcome
from refcheck.result.signing import SIZE_LIMIT, open_envelope

STREAM_LIMIT = 100 * 1024 * 1024
"""Bytes of a subunit stream, which carries the logs of its tests with it."""
_FORMS = "our signed result.json, RefStack JSON, subunit, JUnit XML, or a list of passed tests"
_SUBUNIT = b"\xb3"
"""The first byte of every packet of subunit version 2; no text begins with it."""


class Form(StrEnum):
    """The forms of result files that are read."""

    SIGNED = "signed result"
    REFSTACK = "RefStack JSON"
    SUBUNIT = "subunit stream"
    JUNIT = "JUnit report"
    PLAIN = "plain list"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a result file holds.

    Attributes:
        result, envelope: of our own document only. The signature is not checked: that takes a
            key (`refcheck.result.signing.verify`).
        notices: what must be said of the file, one sentence each.
    """

    form: Form
    outcomes: tuple[TestOutcome, ...]
    result: Result | None = None
    envelope: Envelope | None = None
    notices: tuple[str, ...] = ()


def load_file(path: Path) -> Loaded:
    """Read a result file.

    Raises:
        BadResult: missing, unreadable, too large, or of no known form.
    """
    try:
        with path.open("rb") as file:
            data = file.read(STREAM_LIMIT + 1)
    except OSError as error:
        raise BadResult(
            f"cannot be read ({error.strerror})", where=str(path), next_step="Check the path."
        ) from error
    return load(data, where=str(path))


def load(data: bytes, *, where: str) -> Loaded:
    """Read a result from its bytes.

    Raises:
        BadResult: too large, or of no known form.
        BadSignature: our document without any signature.
    """
    if data.startswith(_SUBUNIT):
        _limit(data, STREAM_LIMIT, where)
        return _load_subunit_bytes(data, where)
    _limit(data, SIZE_LIMIT, where)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault(where, f"is not UTF-8 text (byte {error.start})") from error
    start = text.lstrip()[:1]
    if start == "{":
        return _load_json(data, text, where)
    if start == "<":
        return _load_junit(text, where)
    if not start:
        raise _fault(where, "is empty")
    if start == "[":
        raise _fault(where, f"begins with {start!r}, which none of the known forms does")
    return _load_lines(data, text, where)


def _limit(data: bytes, limit: int, where: str) -> None:
    if len(data) > limit:
        raise _fault(where, f"is larger than the {limit:,} bytes that are read")


# The readers of other tools' files are imported where they are needed: their libraries are heavy.


def _load_subunit_bytes(data: bytes, where: str) -> Loaded:
    from refcheck.result.foreign.subunit_bytes import read_subunit_bytes

    return _collected(Form.SUBUNIT, read_subunit_bytes(data, where=where))


def _load_junit(text: str, where: str) -> Loaded:
    from refcheck.result.foreign.junit import read_junit

    return _collected(Form.JUNIT, read_junit(text.lstrip().encode(), where=where))


def _load_lines(data: bytes, text: str, where: str) -> Loaded:
    from refcheck.result.foreign.subunit_text import is_subunit_text, read_subunit_text

    if is_subunit_text(text):
        return _collected(Form.SUBUNIT, read_subunit_text(data, where=where))
    return Loaded(Form.PLAIN, read_plain(text, where=where))


def _collected(form: Form, tests: Collected) -> Loaded:
    return Loaded(form, tuple(tests.outcomes), notices=tuple(tests.notices))


def _load_json(data: bytes, text: str, where: str) -> Loaded:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _fault(where, f"is not JSON, perhaps truncated ({error})") from error
    if "payload" in document or "_type" in document:
        envelope = open_envelope(data, where=where)
        result = from_statement(envelope.payload, where=where)
        return Loaded(Form.SIGNED, result.outcomes, result, envelope)
    if "results" in document:
        return Loaded(Form.REFSTACK, read_refstack(document, where=where))
    raise _fault(where, "has neither 'payload' (our result) nor 'results' (RefStack's)")


def _fault(where: str, text: str) -> BadResult:
    return BadResult(text, where=where, next_step=f"Give {_FORMS}.")
