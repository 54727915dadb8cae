"""Judging a result for every program of a guideline, and keeping what was judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from refcheck.guideline.library import load
from refcheck.guideline.model import Guideline
from refcheck.verdict.suite_judge import SuiteJudge, Told
from refcheck.verdict.verdict import ENGINE
from refcheck_server.columns import table_of
from refcheck_server.database import kept
from refcheck_server.results.dictionaries import Packer
from refcheck_server.results.models import Judgement, StoredVerdict

_JUDGEMENT = insert(table_of(Judgement)).returning(table_of(Judgement).c.id)
_VERDICTS = insert(table_of(StoredVerdict))
_MOST_JUDGES = 64


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
    verdicts: tuple[Told, ...]

    @classmethod
    def of(
        cls, verdicts: tuple[Told, ...], guideline: Guideline, packer: Packer, at: datetime
    ) -> Judged:
        """These verdicts, packed."""
        documents = packer.pack(b"\n".join([one.document for one in verdicts]))
        return cls(guideline, at, documents, packer.id, verdicts)


def judge_for(
    session: Session, guideline: Guideline, suite_id: int, tests: Sequence[tuple[str, str]]
) -> SuiteJudge:
    """The judge by a guideline of results of a suite; what it finds out serves the next one."""
    known: dict[tuple[str, int], SuiteJudge] = kept(session, "judges")
    key = guideline.sha256, suite_id
    if key not in known:
        if len(known) >= _MOST_JUDGES:
            known.clear()
        known[key] = SuiteJudge(guideline, tests, load)
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
        "engine": ENGINE,
        "judged_at": judged.at,
        "current": current,
        "dictionary_id": judged.dictionary_id,
        "documents": judged.documents,
    }


def verdict_row(judgement_id: int, place: int, verdict: Told) -> dict[str, Any]:
    """The columns of a verdict."""
    required = verdict.required
    flagged = required.flagged_passed + required.flagged_not_passed
    return {
        "judgement_id": judgement_id,
        "place": place,
        "target": verdict.target,
        "title": verdict.title,
        "qualifies": verdict.qualifies,
        "capability_rule": verdict.capability_rule.value,
        "designated_code_rule": verdict.designated_code_rule.value,
        "mark": verdict.mark,
        "required_tests": required.tests - flagged,
        "required_passed": required.passed - required.flagged_passed,
    }
