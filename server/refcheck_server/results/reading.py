"""From uploaded bytes to a result that may be kept: every check that needs no database."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from securesystemslib.dsse import Envelope

from refcheck.guideline.model import Guideline
from refcheck.result.document import Result, from_statement
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.results.errors import BadStatement, UnknownSubject
from refcheck_server.results.models import RESULT_ID, TEXT

MOST_OUTCOMES = 10_000
_CLOCK_SKEW = timedelta(minutes=10)
_SHORT_TEXT = re.compile(rf"[\x20-\x7e]{{1,{TEXT}}}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEEP = "Give the result.json that `refcheck run` wrote, unchanged."
_PATHS = {
    "run_id": "$.predicate.run.id",
    "tool_version": "$.predicate.tool.version",
    "suite_sha256": "$.predicate.suite.sha256",
    "guideline_id": "$.predicate.guideline.id",
    "guideline_sha256": "$.predicate.guideline.sha256",
    "target": "$.predicate.target",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A result that was read whole, with what the registry needs to keep it.

    Attributes:
        body: the bytes as uploaded; `payload` is what they sign.
        id: content address of the payload, under which it is kept.
        started, ended: the run's times as the signed statement gives them.
        guideline: the guideline that the result names, as this registry knows it.
    """

    body: bytes
    payload: bytes
    id: str
    payload_sha256: str
    result: Result
    started: datetime
    ended: datetime
    guideline: Guideline


def read_upload(
    body: bytes, envelope: Envelope, guidelines: GuidelineShelf, *, now: datetime
) -> Upload:
    """Read the statement in an envelope whose signature was found good.

    Raises:
        BadResult, BadStatement: with the JSON path of the fault.
        UnknownSubject: a guideline or program that is not known here, with the nearest.
    """
    result = from_statement(envelope.payload, where="$.payload", timed=False)
    _check_texts(result)
    started = _moment(result.started, "$.predicate.run.started")
    ended = _moment(result.ended, "$.predicate.run.ended")
    if ended < started:
        raise BadStatement("is before the start", where="$.predicate.run.ended", next_step=_KEEP)
    if ended > now + _CLOCK_SKEW:
        raise BadStatement(
            f"is in the future ({result.ended})",
            where="$.predicate.run.ended",
            next_step="Set the clock of the machine that runs the tests, and run again.",
        )
    guideline = _guideline(guidelines, result.guideline_id)
    if result.target not in guideline.programs:
        raise UnknownSubject(
            f"{result.target!r} is no program of {guideline.id}"
            + _nearest(result.target, tuple(guideline.programs)),
            where="$.predicate.target",
            next_step=f"Its programs are: {', '.join(guideline.programs)}.",
        )
    sha256 = hashlib.sha256(envelope.payload).hexdigest()
    return Upload(
        body=body,
        payload=envelope.payload,
        id=sha256[:RESULT_ID],
        payload_sha256=sha256,
        result=result,
        started=started,
        ended=ended,
        guideline=guideline,
    )


def _check_texts(result: Result) -> None:
    for field in fields(result):
        path = _PATHS.get(field.name)
        if path is not None and not _SHORT_TEXT.fullmatch(getattr(result, field.name)):
            raise BadStatement(
                f"is not 1 to {TEXT} printable ASCII characters",
                where=path,
                next_step=_KEEP,
            )
    if not _SHA256.fullmatch(result.guideline_sha256):
        raise BadStatement(
            "is not a SHA-256 in lower-case hex",
            where="$.predicate.guideline.sha256",
            next_step=_KEEP,
        )
    if not result.outcomes or len(result.outcomes) > MOST_OUTCOMES:
        raise BadStatement(
            f"has {len(result.outcomes):,} entries; 1 to {MOST_OUTCOMES:,} are taken",
            where="$.predicate.outcomes",
            next_step=_KEEP,
        )


def _moment(text: str, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadStatement(
            f"is {text[:40]!a}, not a time like 2026-11-20T12:00:00Z",
            where=path,
            next_step=_KEEP,
        ) from error
    if moment.tzinfo is None or moment.year < 2010:
        raise BadStatement(
            f"is {text[:40]!a}: no zone, or before OpenStack",
            where=path,
            next_step=_KEEP,
        )
    return moment


def _guideline(guidelines: GuidelineShelf, guideline_id: str) -> Guideline:
    guideline = guidelines.get(guideline_id)
    if guideline is None:
        raise UnknownSubject(
            f"the guideline {guideline_id!r} is not known here"
            + _nearest(guideline_id, guidelines.ids()),
            where="$.predicate.guideline.id",
            next_step="Run again with a guideline that this registry knows.",
        )
    return guideline


def _nearest(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0)
    return f"; the nearest is {close[0]!r}" if close else ""
