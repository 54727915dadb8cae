"""Judging a result for every program of a guideline, and keeping what was judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from refcheck.guideline.library import load
from refcheck.guideline.model import Guideline, Status
from refcheck.verdict.judge import judge_all
from refcheck.verdict.seen import Seen
from refcheck.verdict.verdict import Verdict
from refcheck_server.columns import table_of
from refcheck_server.results.dictionaries import Packer
from refcheck_server.results.models import Judgement, StoredVerdict

_JUDGEMENTS_TABLE, _VERDICTS_TABLE = table_of(Judgement), table_of(StoredVerdict)
_JUDGEMENT = insert(_JUDGEMENTS_TABLE).returning(_JUDGEMENTS_TABLE.c.id)
_VERDICTS = insert(_VERDICTS_TABLE).returning(_VERDICTS_TABLE.c.place, _VERDICTS_TABLE.c.id)


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement that is not kept yet.

    Attributes:
        documents: packed, as in `Judgement`.
        verdicts: one for each program, in the guideline's order.
    """

    guideline: Guideline
    at: datetime
    documents: bytes
    dictionary_id: int
    verdicts: tuple[Verdict, ...]


def judged(packer: Packer, guideline: Guideline, outcomes: Seen, *, at: datetime) -> Judged:
    """Judge outcomes for each program."""
    verdicts = tuple(judge_all(guideline, outcomes, at=at, load=load).values())
    documents = packer.pack(b"\n".join(verdict.canonical() for verdict in verdicts))
    return Judged(guideline, at, documents, packer.id, verdicts)


def keep(
    session: Session, result_id: str, judged: Judged, *, current: bool = True
) -> tuple[int, ...]:
    """Store a judgement and its verdicts; their ids. Two statements."""
    row = judgement_row(result_id, judged, current=current)
    judgement_id = session.scalars(_JUDGEMENT, row).one()
    rows = [verdict_row(judgement_id, *each) for each in enumerate(judged.verdicts)]
    ids = {row.place: row.id for row in session.execute(_VERDICTS, rows)}
    return tuple(ids[place] for place in sorted(ids))


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
