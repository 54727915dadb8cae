"""What was approved for clouds, beside what their runs show, for whoever filters by it.

There is little of it, and it changes seldom. So it is kept in memory, and asked for again when the
audit log has grown: every change leaves an event there.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from refcheck_server.audit.models import AuditHead
from refcheck_server.database import kept
from refcheck_server.publication.marks import MarkState, state_now
from refcheck_server.results.models import (
    ANY_PROGRAM,
    Judgement,
    Standing,
    StoredResult,
    StoredVerdict,
)
from refcheck_server.results.standings import strength_of
from refcheck_server.review.models import Application
from refcheck_server.review.speaking import is_public, published

_MOST_PROGRAMS = 16
_LOG_END = select(AuditHead.peaks)


Place = tuple[datetime, int]
"""Of a cloud in a list: when its run ended, and its id."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is filtered by beside the program; None takes all.

    Attributes:
        guideline_id, qualifies: of what stands for a cloud.
        mark: what became of the mark that was published for it.
    """

    guideline_id: str | None
    qualifies: bool | None
    mark: MarkState | None

    def takes(self, guideline_id: str | None, qualifies: bool | None) -> bool:  # noqa: FBT001
        """Whether a verdict by this guideline is asked for."""
        return self.guideline_id in {None, guideline_id} and self.qualifies in {None, qualifies}


@dataclass(frozen=True, slots=True)
class Approval:
    """The mark that is told of for a cloud, as in `marks.Mark`, and what its runs show.

    Attributes:
        ended, guideline_id, qualifies: of the run, and of the verdict on it that was published.
        says: how much that is, as `strength` of standings has it.
        state: what became of it, as `marks.state_now` has it.
        expires_at: until when the mark may be carried.
        runs_say: how much its runs do; None when nothing stands for them.
        runs_guideline_id, runs_qualify: of what stands for them.
    """

    cloud_id: int
    ended: datetime
    guideline_id: str
    qualifies: bool
    says: int
    state: str | None
    expires_at: datetime
    runs_say: int | None
    runs_guideline_id: str | None
    runs_qualify: bool | None

    @property
    def counts(self) -> bool:
        """Whether it takes the place of what the runs show."""
        says_more = self.runs_say is None or self.says > self.runs_say
        return self.state == MarkState.APPROVED and says_more


@dataclass(frozen=True, slots=True)
class Beside:
    """What a filtered list has of approvals: clouds that it hides, and places, latest first."""

    hidden: AbstractSet[int]
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was approved when the audit log ended there, until a mark runs out.

    Attributes:
        lists: what lists had of it, by their filters.
    """

    log_end: str | None
    until: datetime | None
    approvals: Sequence[Approval]
    lists: dict[Filter, Beside] = field(default_factory=dict)

    def beside(self, wanted: Filter) -> Beside:
        """What a list that is filtered so has of it."""
        if wanted not in self.lists:
            self.lists[wanted] = _beside(self.approvals, wanted)
        return self.lists[wanted]


def _beside(known: Sequence[Approval], wanted: Filter) -> Beside:
    hidden: AbstractSet[int] = frozenset()
    if wanted.mark is None:
        instead = [one for one in known if one.counts]
        hidden = frozenset(
            one.cloud_id
            for one in instead
            if one.runs_say is not None and wanted.takes(one.runs_guideline_id, one.runs_qualify)
        )
    else:
        instead = [one for one in known if one.state == wanted.mark]
    chosen = [one for one in instead if wanted.takes(one.guideline_id, one.qualifies)]
    places = sorted([(one.ended, one.cloud_id) for one in chosen], reverse=True)
    return Beside(hidden, places)


def approvals_beside(session: Session, program: str, wanted: Filter, *, now: datetime) -> Beside:
    """What a list has of approvals. One statement, or two after a change.

    Args:
        session: on the database.
        program: that the marks are of, or `ANY_PROGRAM`.
        wanted: what the list is filtered by.
        now: the moment.
    """
    known: dict[str, _Kept] = kept(session, "approvals")
    found, log_end = known.get(program), session.scalar(_LOG_END)
    if found is None or found.log_end != log_end or (found.until and found.until <= now):
        if len(known) >= _MOST_PROGRAMS:
            known.clear()
        found = known[program] = _read(session, program, log_end, now)
    return found.beside(wanted)


def _read(session: Session, program: str, log_end: str | None, now: datetime) -> _Kept:
    best: dict[int, Approval] = {}
    rows = session.execute(_statement(program == ANY_PROGRAM), {"program": program, "now": now})
    for row in rows:
        one = Approval(*row)
        if one.state and _rank(best.get(one.cloud_id, one)) <= _rank(one):
            best[one.cloud_id] = one
    ends = [one.expires_at for one in best.values() if one.state == MarkState.APPROVED]
    return _Kept(log_end, min(ends, default=None), tuple(best.values()))


def _rank(one: Approval) -> int:
    """What speaks comes first, what says more before the rest; of others the newest."""
    return one.says if one.state == MarkState.APPROVED else -1


@cache
def _statement(any_program: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - a key
    runs = aliased(Standing)
    query = (
        published()
        .with_only_columns(
            StoredResult.cloud_id,
            StoredResult.ended,
            Judgement.guideline_id,
            StoredVerdict.qualifies,
            strength_of(),
            state_now(),
            Application.expires_at,
            runs.strength,
            runs.guideline_id.label("runs_guideline_id"),
            runs.qualifies.label("runs_qualify"),
            maintain_column_froms=True,
        )
        .outerjoin(
            runs, and_(runs.cloud_id == StoredResult.cloud_id, runs.target == bindparam("program"))
        )
        .where(is_public())
        .order_by(Application.id)
    )
    return query if any_program else query.where(StoredVerdict.target == bindparam("program"))
