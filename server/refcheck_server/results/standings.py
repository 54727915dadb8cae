"""Which verdict speaks for a cloud: as results come in, are judged anew, or it changes hands.

A verdict on a complete, shared run of the holder's can. One that decides goes before one that does
not, then the newer run, then what came in later.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Label,
    Select,
    SQLColumnExpression,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
    true,
    union_all,
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


def move_standings(connection: Connection, result_id: str, cloud_id: int) -> None:
    """Let the verdicts on a result that just came in speak for its cloud, unless others go first.

    One statement.
    """
    connection.execute(
        _speak(connection.dialect.name), {"result_id": result_id, "cloud_id": cloud_id}
    )


@cache
def _speak(dialect: str) -> Any:
    standing = select(*(getattr(Standing, name) for name in _COLUMNS), _turn(literal(0))).where(
        Standing.cloud_id == bindparam("cloud_id"), Standing.target != ANY_PROGRAM
    )
    new = _candidates(literal(1)).where(StoredResult.id == bindparam("result_id"))
    return _put(dialect, union_all(standing, new).subquery())


def _put(dialect: str, candidates: FromClause) -> Any:
    """Write which of some verdicts go before all others, for each program and for any."""
    given = candidates.c
    ranked = select(
        *(given[name] for name in _COLUMNS),
        _place_in(
            (given.cloud_id, given.target),
            given.decided.desc(),
            given.ended.desc(),
            given.turn.desc(),
            given.verdict_id.desc(),
        ),
    ).subquery()
    first = select(*(ranked.c[name] for name in _COLUMNS)).where(ranked.c.place == 1).cte("first")
    by_strength = select(
        *(first.c[name] for name in _COLUMNS),
        _place_in(first.c.cloud_id, first.c.strength.desc(), first.c.target),
    ).subquery()
    strongest = select(
        by_strength.c.cloud_id,
        literal(ANY_PROGRAM),
        *(by_strength.c[name] for name in _MOVING),
    ).where(by_strength.c.place == 1)
    rows = union_all(select(*(first.c[name] for name in _COLUMNS)).where(true()), strongest)
    new = insert_into(dialect, Standing).from_select(list(_COLUMNS), rows)
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
        candidates = _candidates(StoredResult.uploaded_at).where(StoredResult.cloud_id.in_(some))
        session.execute(_put(dialect_of(session), candidates.subquery()))


def _candidates(turn: SQLColumnExpression[Any]) -> Select[Any]:
    """Verdicts that may speak for their cloud, as columns of a standing; `turn`: in which order."""
    return (
        select(
            StoredResult.cloud_id.label("cloud_id"),
            StoredVerdict.target.label("target"),
            StoredVerdict.id.label("verdict_id"),
            Judgement.guideline_id.label("guideline_id"),
            StoredVerdict.qualifies.label("qualifies"),
            (StoredVerdict.capability_rule != CapabilityRule.UNDECIDABLE.value).label("decided"),
            strength_of().label("strength"),
            StoredResult.ended.label("ended"),
            _turn(turn),
        )
        .join(Judgement, Judgement.id == StoredVerdict.judgement_id)
        .join(StoredResult, StoredResult.id == Judgement.result_id)
        .join(Cloud, Cloud.id == StoredResult.cloud_id)
        .where(
            StoredResult.account_id == Cloud.holder_id,
            StoredResult.complete,
            StoredResult.shared_at.is_not(None),
            Judgement.current,
        )
    )


def _turn(value: SQLColumnExpression[Any]) -> Label[Any]:
    return value.label("turn")


def strength_of() -> ColumnElement[int]:
    """As `strength`, in the database."""
    level = case(
        (StoredVerdict.qualifies, _QUALIFIES),
        else_=case(_RULE, value=StoredVerdict.capability_rule, else_=0),
    )
    return level + case(_RANK, value=StoredVerdict.target, else_=0)


def _place_in(group: Any, *order: Any) -> Any:
    """From 1: which row of its group it is."""
    return func.row_number().over(partition_by=group, order_by=order).label("place")
