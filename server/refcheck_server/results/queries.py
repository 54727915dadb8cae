"""Reading clouds, results and verdicts; each list costs a fixed number of statements.

Statements are put together once: that takes longer than to run them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from refcheck_server.accounts.rights import ANYONE, OPERATOR, Action, Principal, may
from refcheck_server.columns import HEX_DIGEST
from refcheck_server.paging import Order, Page, PagedList
from refcheck_server.results.errors import BadDigest, NoSuchCloud, NoSuchResult, NotYours
from refcheck_server.results.models import (
    ANY_PROGRAM,
    Cloud,
    Judgement,
    ShownVerdict,
    Standing,
    StoredResult,
    StoredVerdict,
)

_READER: BindParameter[int | None] = bindparam("reader", type_=Integer)
_PREFIX = re.compile(rf"[0-9a-f]{{8,{HEX_DIGEST}}}")
Id = TypeVar("Id", int, str)
One = TypeVar("One")


def some_of(name: str) -> BindParameter[Any]:
    """Values for an `in_`, which are given under that name with the statement."""
    return bindparam(name, expanding=True)


def gathered(ids: Iterable[Id], rows: Iterable[tuple[Id, One]]) -> Mapping[Id, tuple[One, ...]]:
    """The rows of each of these, in their order."""
    found: dict[Id, list[One]] = {one: [] for one in ids}
    for one, row in rows:
        found[one].append(row)
    return {one: tuple(several) for one, several in found.items()}


def standings(*more: Any) -> Select[*tuple[Any, ...]]:
    """What runs show of the `clouds` that are given, with `more` between cloud and verdict."""
    return (
        select(Standing.cloud_id, *more, *ShownVerdict.columns())
        .join(Standing.verdict)
        .join(StoredVerdict.judgement)
        .join(Judgement.result)
        .where(Standing.cloud_id.in_(some_of("clouds")), Standing.target != ANY_PROGRAM)
    )


def find_cloud(session: Session, digest: str, *, reader: Principal) -> Cloud:
    """The cloud of that digest.

    Raises:
        NoSuchCloud: no result of such a cloud came in that the reader may know of.
    """
    cloud = session.scalar(
        _cloud(_sees_all(reader)), {"digest": digest, "reader": reader.account_id}
    )
    if cloud is None:
        raise _no_such_cloud(digest)
    return cloud


@cache
def _cloud(all_: bool) -> Select[Cloud]:  # noqa: FBT001 - a key
    query = select(Cloud).where(Cloud.digest == bindparam("digest"), _known(all_))
    return query.options(joinedload(Cloud.holder))


def _known(all_: bool) -> ColumnElement[bool]:  # noqa: FBT001 - a key
    """Clouds that somebody shared a result of, the `reader`'s own, and for some readers all."""
    return true() if all_ else or_(Cloud.latest_at.is_not(None), Cloud.holder_id == _READER)


def _sees_all(reader: Principal) -> bool:
    return may(reader, Action.SEE_PRIVATE_RESULT)


def cloud_of_prefix(session: Session, prefix: str, *, reader: Principal = OPERATOR) -> Cloud:
    """The one cloud whose digest begins like this; at least 8 hex digits.

    Raises:
        BadDigest: no digest, too short, or more than one cloud begins so.
        NoSuchCloud: none begins so.
    """
    if not _PREFIX.fullmatch(prefix):
        raise BadDigest(
            f"{prefix[: HEX_DIGEST + 1]!r} is no digest of a cloud",
            next_step="Give the digest that the cloud's page shows, or its first 8 digits or more.",
        )
    found = session.scalars(
        select(Cloud)
        .where(Cloud.digest.startswith(prefix), _known(_sees_all(reader)))
        .options(joinedload(Cloud.holder))
        .order_by(Cloud.digest)
        .limit(2),
        {"reader": reader.account_id},
    ).all()
    if not found:
        raise _no_such_cloud(prefix)
    if len(found) > 1:
        raise BadDigest(
            f"more than one cloud begins with {prefix}",
            next_step=f"Give more digits, like {found[0].digest} for one of them.",
        )
    return found[0]


def _no_such_cloud(digest: str) -> NoSuchCloud:
    return NoSuchCloud(
        f"no cloud with the digest {digest[:12]}… is known here",
        next_step="Look at the list of clouds, or submit a result of it.",
    )


OF_ACCOUNT = (
    select(StoredResult)
    .where(StoredResult.account_id == bindparam("account"))
    .options(joinedload(StoredResult.account), joinedload(StoredResult.cloud))
)
"""What an account sent, shared or not."""


def find_own_result(session: Session, result_id: str, owner: Principal) -> StoredResult:
    """A result that this account sent.

    Raises:
        NoSuchResult: there is none, or they may not see it.
        NotYours: another account sent it.
    """
    found = find_result(session, result_id, reader=owner)
    if found.account_id != owner.account_id:
        raise NotYours(
            f"the result {result_id} is another account's",
            next_step="Ask that account: it alone says who may see it.",
        )
    return found


OF_CLOUD = (
    select(StoredResult)
    .where(StoredResult.cloud_id == bindparam("cloud"), StoredResult.shared_at.is_not(None))
    .options(joinedload(StoredResult.account))
)
"""The shared results of a cloud."""
_NEWEST: PagedList[StoredResult] = PagedList(
    OF_CLOUD, Order(StoredResult.shared_at, StoredResult.id, descending=True)
)


def newest_results(session: Session, cloud: Cloud) -> Page[StoredResult]:
    """Those that were shared last. One statement."""
    return _NEWEST.page(session, None, cloud=cloud.id)


def verdicts_of(
    session: Session, results: Iterable[StoredResult], *, documents: bool = False
) -> Mapping[str, tuple[StoredVerdict, ...]]:
    """The current verdicts on each result, by result id, in the order they were judged.

    One statement.
    """
    ids = [result.id for result in results]
    return gathered(ids, session.execute(_verdicts(documents), {"results": ids}))


@cache
def _verdicts(documents: bool) -> Select[str, StoredVerdict]:  # noqa: FBT001 - a key
    eager = contains_eager(StoredVerdict.judgement)
    return (
        select(Judgement.result_id, StoredVerdict)
        .join(StoredVerdict.judgement)
        .options(eager.undefer(Judgement.documents) if documents else eager)
        .where(Judgement.result_id.in_(some_of("results")), Judgement.current)
        .order_by(StoredVerdict.judgement_id, StoredVerdict.place)
    )


def judgements_of(session: Session, result: StoredResult) -> tuple[StoredVerdict, ...]:
    """Every verdict there ever was on a result, newest judging first. One statement."""
    return tuple(
        session.scalars(
            select(StoredVerdict)
            .join(StoredVerdict.judgement)
            .options(contains_eager(StoredVerdict.judgement).undefer(Judgement.documents))
            .where(Judgement.result_id == result.id)
            .order_by(StoredVerdict.judgement_id.desc(), StoredVerdict.place)
        )
    )


def find_result(
    session: Session, result_id: str, *, reader: Principal = ANYONE, envelope: bool = False
) -> StoredResult:
    """The result of that id, with its cloud, account and key. One statement.

    Args:
        reader: whoever asks.
        envelope: read the envelope along.

    Raises:
        NoSuchResult: there is none, or the reader may not see it yet.
    """
    given = {"id": result_id, "reader": reader.account_id}
    result = session.scalar(_result(_sees_all(reader), envelope), given)
    if result is None:
        raise NoSuchResult(
            f"no result {result_id} is known here",
            next_step="Look at the list of clouds.",
        )
    return result


@cache
def _result(all_: bool, envelope: bool) -> Select[StoredResult]:  # noqa: FBT001 - keys
    """Results that are shared, the `reader`'s own, and for some readers all."""
    query = select(StoredResult).where(StoredResult.id == bindparam("id"))
    if not all_:
        shared = StoredResult.shared_at.is_not(None)
        query = query.where(or_(shared, StoredResult.account_id == _READER))
    if envelope:
        query = query.options(undefer(StoredResult.packed_envelope))
    return query.options(
        joinedload(StoredResult.cloud).joinedload(Cloud.holder),
        joinedload(StoredResult.account),
        joinedload(StoredResult.key),
    )


def ping(session: Session) -> None:
    """Ask the database for nothing; raises what SQLAlchemy raises when it does not answer."""
    session.execute(text("SELECT 1"))
