"""Which verdict speaks for a cloud: as results come in, are judged anew, or it changes hands.

A verdict on a complete, shared run of the holder's can. One that decides goes before one that does
not, then the newer run, then what came in later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from refcheck.verdict.verdict import CapabilityRule
from refcheck_server.accounts.models import Account
from refcheck_server.database import dialect_of, insert_into
from refcheck_server.results.models import (
    ANY_PROGRAM,
    Cloud,
    Judgement,
    Standing,
    StoredResult,
    StoredVerdict,
)

MAIN_PROGRAMS = ("platform", "compute", "object")
"""Those that say most come first; add-ons say less."""
RUN_DAYS = 365
"""For so long a run tells of its cloud: no mark and no claim outlives it by more."""
_QUALIFIES = 30
_RULE = {
    CapabilityRule.HELD.value: 20,
    CapabilityRule.UNDECIDABLE.value: 10,
    CapabilityRule.NOT_HELD.value: 0,
}
_RANK = {name: len(MAIN_PROGRAMS) - place for place, name in enumerate(MAIN_PROGRAMS)}
_MOVING = ("verdict_id", "guideline_id", "qualifies", "decided", "strength", "ended")
_COLUMNS = ("cloud_id", "target", *_MOVING)
_AT_ONCE = 500


def strength(target: str, *, qualifies: bool, capability_rule: str) -> int:
    """How much a verdict says: by how far it goes, then platform before its parts before add-ons.

    Between clouds it means nothing.
    """
    return (_QUALIFIES if qualifies else _RULE[capability_rule]) + _RANK.get(target, 0)


def standing_row(
    cloud_id: int, verdict_id: int, guideline_id: str, ended: datetime, verdict: Mapping[str, Any]
) -> dict[str, Any]:
    """The columns of a standing; `verdict` has those of the verdict."""
    target, qualifies, rule = (verdict[name] for name in ("target", "qualifies", "capability_rule"))
    return {
        "cloud_id": cloud_id,
        "target": target,
        "verdict_id": verdict_id,
        "guideline_id": guideline_id,
        "qualifies": qualifies,
        "decided": rule != CapabilityRule.UNDECIDABLE.value,
        "strength": strength(target, qualifies=qualifies, capability_rule=rule),
        "ended": ended,
    }


def move_standings(session: Session, rows: list[dict[str, Any]]) -> None:
    """Let verdicts that just came in speak for their cloud, unless others go before them.

    Two statements.
    """
    session.execute(_speak(dialect_of(session)), rows)
    session.execute(_strongest(dialect_of(session)), {"clouds": [rows[0]["cloud_id"]]})


@cache
def _speak(dialect: str) -> Any:
    new = insert_into(dialect, Standing)
    goes_before = tuple_(new.excluded.decided, new.excluded.ended) >= tuple_(
        Standing.decided, Standing.ended
    )
    return new.on_conflict_do_update(
        index_elements=["cloud_id", "target"],
        set_={name: new.excluded[name] for name in _MOVING},
        where=goes_before,
    )


@cache
def _strongest(dialect: str) -> Any:
    """Writes the row for any program of some clouds: the standing that says most."""
    ranked = (
        select(
            *(getattr(Standing, name) for name in _COLUMNS),
            _place_in(Standing.cloud_id, Standing.strength.desc(), Standing.target),
        )
        .where(
            Standing.cloud_id.in_(bindparam("clouds", expanding=True)),
            Standing.target != ANY_PROGRAM,
        )
        .subquery()
    )
    strongest = select(
        ranked.c.cloud_id, literal(ANY_PROGRAM), *(ranked.c[name] for name in _MOVING)
    ).where(ranked.c.place == 1)
    new = insert_into(dialect, Standing).from_select(list(_COLUMNS), strongest)
    return new.on_conflict_do_update(
        index_elements=["cloud_id", "target"],
        set_={name: new.excluded[name] for name in _MOVING},
    )


def hold(session: Session, cloud: Cloud, account: Account) -> tuple[StoredVerdict, ...]:
    """Give a cloud to an account: its complete results decide, and nobody else's any more.

    Returns:
        What stands now; empty when the account has sent no complete result of the cloud.
    """
    # writing first locks the database (SQLite) or the cloud (PostgreSQL): no upload gets between
    session.execute(update(Cloud).where(Cloud.id == cloud.id).values(holder_id=account.id))
    session.expire(cloud, ["holder_id", "holder"])
    stand_anew(session, [cloud.id])
    return tuple(
        session.scalars(
            select(StoredVerdict)
            .join(Standing, Standing.verdict_id == StoredVerdict.id)
            .where(Standing.cloud_id == cloud.id, Standing.target != ANY_PROGRAM)
            .order_by(StoredVerdict.id)
        )
    )


def stand_anew(session: Session, clouds: Iterable[int]) -> None:
    """Work out what stands for these clouds, from all results of whoever holds them."""
    ids = list(clouds)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        session.execute(delete(Standing).where(Standing.cloud_id.in_(some)))
        session.execute(insert(Standing).from_select(list(_COLUMNS), _foremost(some)))
        session.execute(_strongest(dialect_of(session)), {"clouds": some})


def _foremost(clouds: list[int]) -> Select[Any]:
    """For each cloud and program the verdict that goes before all others."""
    decided = StoredVerdict.capability_rule != CapabilityRule.UNDECIDABLE.value
    ranked = (
        select(
            StoredResult.cloud_id.label("cloud_id"),
            StoredVerdict.target.label("target"),
            StoredVerdict.id.label("verdict_id"),
            Judgement.guideline_id.label("guideline_id"),
            StoredVerdict.qualifies.label("qualifies"),
            decided.label("decided"),
            _strength().label("strength"),
            StoredResult.ended.label("ended"),
            _place_in(
                (StoredResult.cloud_id, StoredVerdict.target),
                decided.desc(),
                StoredResult.ended.desc(),
                StoredResult.uploaded_at.desc(),
                StoredVerdict.id.desc(),
            ),
        )
        .join(Judgement, Judgement.id == StoredVerdict.judgement_id)
        .join(StoredResult, StoredResult.id == Judgement.result_id)
        .join(Cloud, Cloud.id == StoredResult.cloud_id)
        .where(
            StoredResult.cloud_id.in_(clouds),
            StoredResult.account_id == Cloud.holder_id,
            StoredResult.complete,
            StoredResult.shared_at.is_not(None),
            Judgement.current,
        )
        .subquery()
    )
    return select(*(ranked.c[name] for name in _COLUMNS)).where(ranked.c.place == 1)


def _strength() -> ColumnElement[int]:
    """As `strength`, in the database."""
    level = case(
        (StoredVerdict.qualifies, _QUALIFIES),
        else_=case(_RULE, value=StoredVerdict.capability_rule, else_=0),
    )
    return level + case(_RANK, value=StoredVerdict.target, else_=0)


def _place_in(group: Any, *order: Any) -> Any:
    """From 1: which row of its group it is."""
    return func.row_number().over(partition_by=group, order_by=order).label("place")
