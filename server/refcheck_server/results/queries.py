"""Reading clouds, results and verdicts; each list costs a fixed number of statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, or_, select, text, true
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from refcheck_server.accounts.rights import ANYONE, OPERATOR, Action, Principal, may
from refcheck_server.columns import HEX_DIGEST
from refcheck_server.results.errors import BadDigest, NoSuchCloud, NoSuchResult, NotYours
from refcheck_server.results.models import (
    ANY_PROGRAM,
    Cloud,
    Judgement,
    Standing,
    StoredResult,
    StoredVerdict,
)
from refcheck_server.results.paging import Key, Order, Page, page_of

_PREFIX = re.compile(rf"[0-9a-f]{{8,{HEX_DIGEST}}}")
_AFTER_ALL = "\U0010ffff"
"""Sorts after every other letter."""


class CloudSort(StrEnum):
    """How the clouds may be sorted; a list that is filtered goes by the run that decided."""

    LATEST = "latest"
    FIRST_SEEN = "first-seen"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class CloudFilter:
    """Which clouds to list; None takes all.

    Attributes:
        target: only clouds for which something stands for this program; without it the other
            two are about the standing verdict that says most.
        guideline_id: ... under this guideline.
        qualifies: ... that qualifies (True), or does not (False).
        search: only clouds whose name, or digest, begins so.
        sort: of a list that is not filtered.
    """

    target: str | None = None
    guideline_id: str | None = None
    qualifies: bool | None = None
    search: str | None = None
    sort: CloudSort = CloudSort.LATEST

    @property
    def by_standing(self) -> bool:
        """Whether it asks for what stands."""
        return (self.target, self.guideline_id, self.qualifies) != (None, None, None)

    @property
    def order(self) -> Order:
        """How the list is sorted: by what an index has for these conditions."""
        if self.by_standing:
            return Order(Standing.ended, Standing.cloud_id, descending=True)
        if self.search is not None or self.sort is CloudSort.NAME:
            return Order(Cloud.search, Cloud.id, descending=False)
        if self.sort is CloudSort.FIRST_SEEN:
            return Order(Cloud.first_seen, Cloud.id, descending=True)
        return Order(Cloud.latest_at, Cloud.id, descending=True)


def list_clouds(
    session: Session, wanted: CloudFilter, after: Key | None, *, size: int | None = None
) -> Page[Cloud]:
    """Clouds that someone shared a result of. Three statements at most."""
    if wanted.by_standing:
        return _clouds_by_standing(session, wanted, after, size)
    rows = select(Cloud).where(Cloud.latest_at.is_not(None)).options(joinedload(Cloud.holder))
    if wanted.search is not None:
        rows = rows.where(Cloud.search >= wanted.search, Cloud.search < wanted.search + _AFTER_ALL)
    column = wanted.order.column.key

    def key_of(cloud: Cloud) -> Key:
        return getattr(cloud, column), cloud.id

    return page_of(session, rows, wanted.order, after, key_of, size=size)


def _clouds_by_standing(
    session: Session, wanted: CloudFilter, after: Key | None, size: int | None
) -> Page[Cloud]:
    rows: Select[Standing] = select(Standing).where(
        Standing.target == (wanted.target or ANY_PROGRAM)
    )
    if wanted.guideline_id is not None:
        rows = rows.where(Standing.guideline_id == wanted.guideline_id)
    if wanted.qualifies is not None:
        rows = rows.where(Standing.qualifies == wanted.qualifies)

    def key_of(standing: Standing) -> Key:
        return standing.ended, standing.cloud_id

    page = page_of(session, rows, wanted.order, after, key_of, size=size)
    clouds = {
        cloud.id: cloud
        for cloud in session.scalars(
            select(Cloud)
            .where(Cloud.id.in_([one.cloud_id for one in page.rows]))
            .options(joinedload(Cloud.holder))
        )
    }
    shown = tuple(clouds[one.cloud_id] for one in page.rows)
    return Page(shown, page.total, page.next, page.begins)


def standings_of(
    session: Session, clouds: Iterable[Cloud]
) -> Mapping[int, tuple[StoredVerdict, ...]]:
    """What stands for each of these clouds, by cloud id, with what lists show. One statement."""
    ids = [cloud.id for cloud in clouds]
    found: dict[int, list[StoredVerdict]] = {cloud_id: [] for cloud_id in ids}
    judged = contains_eager(StoredVerdict.judgement)
    rows = session.execute(
        select(Standing.cloud_id, StoredVerdict)
        .join(Standing.verdict)
        .join(StoredVerdict.judgement)
        .join(Judgement.result)
        .options(
            judged.load_only(
                Judgement.result_id,
                Judgement.guideline_id,
                Judgement.guideline_sha256,
                Judgement.guideline_status,
            ),
            judged.contains_eager(Judgement.result).load_only(StoredResult.ended),
        )
        .where(Standing.cloud_id.in_(ids), Standing.target != ANY_PROGRAM)
        .order_by(StoredVerdict.id)
    )
    for cloud_id, verdict in rows:
        found[cloud_id].append(verdict)
    return {cloud_id: tuple(verdicts) for cloud_id, verdicts in found.items()}


def find_cloud(session: Session, digest: str, *, reader: Principal) -> Cloud:
    """The cloud of that digest.

    Raises:
        NoSuchCloud: no result of such a cloud came in that the reader may know of.
    """
    cloud = session.scalar(
        select(Cloud)
        .where(Cloud.digest == digest, _known_to(reader))
        .options(joinedload(Cloud.holder))
    )
    if cloud is None:
        raise _no_such_cloud(digest)
    return cloud


def _known_to(reader: Principal) -> ColumnElement[bool]:
    """Clouds that somebody shared a result of, the reader's own, and for some readers all."""
    if may(reader, Action.SEE_PRIVATE_RESULT):
        return true()
    return or_(Cloud.latest_at.is_not(None), Cloud.holder_id == reader.account_id)


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
        .where(Cloud.digest.startswith(prefix), _known_to(reader))
        .options(joinedload(Cloud.holder))
        .order_by(Cloud.digest)
        .limit(2)
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


OWN_ORDER = Order(StoredResult.uploaded_at, StoredResult.id, descending=True)
"""How the results of an account are sorted, for itself."""


def own_results(session: Session, account_id: int, after: Key | None) -> Page[StoredResult]:
    """What an account sent, shared or not, newest first. Two statements."""
    rows = (
        select(StoredResult)
        .where(StoredResult.account_id == account_id)
        .options(joinedload(StoredResult.account), joinedload(StoredResult.cloud))
    )

    def key_of(result: StoredResult) -> Key:
        return result.uploaded_at, result.id

    return page_of(session, rows, OWN_ORDER, after, key_of)


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


RESULT_ORDER = Order(StoredResult.shared_at, StoredResult.id, descending=True)
"""How the results of a cloud are sorted."""


def results_of(
    session: Session, cloud: Cloud, after: Key | None, *, size: int | None = None
) -> Page[StoredResult]:
    """The shared results of a cloud, newest first. Two statements."""
    rows = (
        select(StoredResult)
        .where(StoredResult.cloud_id == cloud.id, StoredResult.shared_at.is_not(None))
        .options(joinedload(StoredResult.account))
    )

    def key_of(result: StoredResult) -> Key:
        return result.shared_at or result.uploaded_at, result.id

    return page_of(session, rows, RESULT_ORDER, after, key_of, size=size)


def verdicts_of(
    session: Session, results: Iterable[StoredResult], *, documents: bool = False
) -> Mapping[str, tuple[StoredVerdict, ...]]:
    """The current verdicts on each result, by result id, in the order they were judged.

    One statement.
    """
    ids = [result.id for result in results]
    eager = contains_eager(StoredVerdict.judgement)
    query = (
        select(Judgement.result_id, StoredVerdict)
        .join(StoredVerdict.judgement)
        .options(eager.undefer(Judgement.documents) if documents else eager)
        .where(Judgement.result_id.in_(ids), Judgement.current)
        .order_by(StoredVerdict.judgement_id, StoredVerdict.place)
    )
    found: dict[str, list[StoredVerdict]] = {result_id: [] for result_id in ids}
    for result_id, verdict in session.execute(query):
        found[result_id].append(verdict)
    return {result_id: tuple(verdicts) for result_id, verdicts in found.items()}


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
    query = (
        select(StoredResult)
        .where(StoredResult.id == result_id, _visible_to(reader))
        .options(
            joinedload(StoredResult.cloud).joinedload(Cloud.holder),
            joinedload(StoredResult.account),
            joinedload(StoredResult.key),
        )
    )
    if envelope:
        query = query.options(undefer(StoredResult.packed_envelope))
    result = session.scalar(query)
    if result is None:
        raise NoSuchResult(
            f"no result {result_id} is known here",
            next_step="Look at the list of clouds.",
        )
    return result


def _visible_to(reader: Principal) -> ColumnElement[bool]:
    """Results that are shared, the reader's own, and for some readers all."""
    if may(reader, Action.SEE_PRIVATE_RESULT):
        return true()
    return or_(StoredResult.shared_at.is_not(None), StoredResult.account_id == reader.account_id)


def ping(session: Session) -> None:
    """Ask the database for nothing; raises what SQLAlchemy raises when it does not answer."""
    session.execute(text("SELECT 1"))
