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
from refcheck.result.outcome import TestOutcome
from refcheck.result.signing import SIZE_LIMIT, open_envelope

_FORMS = "our signed result.json, RefStack JSON, or a plain list of passed tests"


class Form(StrEnum):
    """The forms of result files that are read."""

    SIGNED = "signed result"
    REFSTACK = "RefStack JSON"
    PLAIN = "plain list"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a result file holds.

    Attributes:
        result, envelope: of our own document only. The signature is not checked: that takes a
            key (`refcheck.result.signing.verify`).
    """

    form: Form
    outcomes: tuple[TestOutcome, ...]
    result: Result | None = None
    envelope: Envelope | None = None


def load_file(path: Path) -> Loaded:
    """Read a result file.

    Raises:
        BadResult: missing, unreadable, too large, or of no known form.
    """
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
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
    if len(data) > SIZE_LIMIT:
        raise _fault(where, f"is larger than the {SIZE_LIMIT:,} bytes that are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault(where, f"is not UTF-8 text (byte {error.start})") from error
    start = text.lstrip()[:1]
    if start == "{":
        return _load_json(data, text, where)
    if not start:
        raise _fault(where, "is empty")
    if start in "[<":
        raise _fault(where, f"begins with {start!r}, which none of the known forms does")
    return Loaded(Form.PLAIN, read_plain(text, where=where))


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
