"""Judging a result for every program of a guideline, and keeping what was judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from refcheck.guideline.library import load
from refcheck.guideline.model import Guideline, Status
from refcheck.verdict.judge import judge_all, timestamp
from refcheck.verdict.seen import Seen
from refcheck.verdict.verdict import Verdict
from refcheck_server.columns import table_of
from refcheck_server.results.dictionaries import Packer
from refcheck_server.results.models import Judgement, StoredVerdict

_JUDGEMENT = insert(table_of(Judgement)).returning(table_of(Judgement).c.id)
_VERDICTS = insert(table_of(StoredVerdict))
_MOST_KNOWN = 64
Known = dict[tuple[str, str], tuple[Verdict, ...]]
"""Verdicts by the digests of guideline and outcomes."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement that is not kept yet.

    Attributes:
        documents: packed, as in `Judgement`.
        verdicts: one for each program, in the guideline's order.
        texts: their documents.
    """

    guideline: Guideline
    at: datetime
    documents: bytes
    dictionary_id: int
    verdicts: tuple[Verdict, ...]
    texts: tuple[bytes, ...]


def judged(
    packer: Packer,
    guideline: Guideline,
    outcomes: Seen,
    *,
    at: datetime,
    known: Known | None = None,
) -> Judged:
    """Judge outcomes for each program.

    Args:
        packer: for documents under the guideline.
        guideline: to judge by.
        outcomes: what was seen.
        at: the time of judging.
        known: verdicts of before, to look into and to add to: the same outcomes give the same
            verdicts, but for the time.
    """
    verdicts = _verdicts(guideline, outcomes, at, {} if known is None else known)
    texts = tuple([verdict.canonical() for verdict in verdicts])
    return Judged(guideline, at, packer.pack(b"\n".join(texts)), packer.id, verdicts, texts)


def _verdicts(
    guideline: Guideline, outcomes: Seen, at: datetime, known: Known
) -> tuple[Verdict, ...]:
    key = guideline.sha256, outcomes.sha256
    if key in known:
        return tuple([replace(one, judged_at=timestamp(at)) for one in known[key]])
    if len(known) >= _MOST_KNOWN:
        known.clear()
    known[key] = tuple(judge_all(guideline, outcomes, at=at, load=load).values())
    return known[key]


def keep(connection: Connection, result_id: str, judged: Judged, *, current: bool = True) -> int:
    """Store a judgement and its verdicts; the number of the judgement. Two statements."""
    row = judgement_row(result_id, judged, current=current)
    judgement_id: int = connection.execute(_JUDGEMENT, row).scalar_one()
    connection.execute(
        _VERDICTS, [verdict_row(judgement_id, *each) for each in enumerate(judged.verdicts)]
    )
    return judgement_id


def judgement_row(result_id: str, judged: Judged, *, current: bool) -> dict[str, Any]:
    """The columns of a judgement."""
    return {
        "result_id": result_id,
        "guideline_id": judged.guideline.id,
        "guideline_sha256": judged.guideline.sha256,
        "guideline_status": judged.guideline.status,
        "engine": judged.verdicts[0].engine,
        "judged_at": judged.at,
        "current": current,
        "dictionary_id": judged.dictionary_id,
        "documents": judged.documents,
    }


def verdict_row(judgement_id: int, place: int, verdict: Verdict) -> dict[str, Any]:
    """The columns of a verdict."""
    required = verdict.counts[Status.REQUIRED]
    flagged = required.flagged_passed + required.flagged_not_passed
    return {
        "judgement_id": judgement_id,
        "place": place,
        "target": verdict.target,
        "title": verdict.title,
        "qualifies": verdict.qualifies,
        "capability_rule": verdict.capability_rule.value,
        "designated_code_rule": verdict.designated_code_rule.value,
        "mark": verdict.mark.title if verdict.mark else None,
        "required_tests": required.tests - flagged,
        "required_passed": required.passed - required.flagged_passed,
    }


def summary(judged: Judged) -> Iterable[Mapping[str, Any]]:
    """What a receipt says of each verdict."""
    guideline = {
        "id": judged.guideline.id,
        "sha256": judged.guideline.sha256,
        "status": judged.guideline.status,
    }
    for verdict in judged.verdicts:
        row = verdict_row(0, 0, verdict)
        yield {
            "target": row["target"],
            "title": row["title"],
            "guideline": guideline,
            "qualifies": row["qualifies"],
            "capability_rule": row["capability_rule"],
            "designated_code_rule": row["designated_code_rule"],
            "mark": row["mark"],
        }
