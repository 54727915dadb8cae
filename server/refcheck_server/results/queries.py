"""Reading clouds, results and verdicts; each list costs a fixed number of statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from refcheck_server.columns import HEX_DIGEST
from refcheck_server.results.errors import BadDigest, NoSuchCloud, NoSuchResult
from refcheck_server.results.models import Cloud, Standing, StoredResult, StoredVerdict

PAGE_SIZE = 25
_PREFIX = re.compile(rf"[0-9a-f]{{8,{HEX_DIGEST}}}")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class CloudFilter:
    """Which clouds to list; None takes all.

    Attributes:
        target, guideline_id: only clouds with a standing verdict for these.
        qualifies: only clouds with (True) or without (False) a standing verdict that qualifies.
    """

    target: str | None = None
    guideline_id: str | None = None
    qualifies: bool | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list; `number` counts from 1."""

    rows: tuple[Row, ...]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // PAGE_SIZE))


def list_clouds(session: Session, wanted: CloudFilter, page: int) -> Page[Cloud]:
    """Clouds, the one with the newest result first. Two statements."""
    conditions = _conditions(wanted)
    total = session.scalar(select(func.count(Cloud.id)).where(*conditions))
    rows = session.scalars(
        select(Cloud)
        .where(*conditions)
        .options(joinedload(Cloud.holder))
        .order_by(Cloud.latest_at.desc(), Cloud.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(tuple(rows), page, total or 0)


def _conditions(wanted: CloudFilter) -> list[ColumnElement[bool]]:
    standing = select(Standing.cloud_id).join(Standing.verdict).where(Standing.cloud_id == Cloud.id)
    if wanted.target is not None:
        standing = standing.where(Standing.target == wanted.target)
    if wanted.guideline_id is not None:
        standing = standing.where(StoredVerdict.guideline_id == wanted.guideline_id)
    conditions: list[ColumnElement[bool]] = []
    if wanted.target is not None or wanted.guideline_id is not None:
        conditions.append(standing.exists())
    if wanted.qualifies is not None:
        qualified = standing.where(StoredVerdict.qualifies).exists()
        conditions.append(qualified if wanted.qualifies else ~qualified)
    return conditions


def standings_of(
    session: Session, clouds: Iterable[Cloud]
) -> Mapping[int, tuple[StoredVerdict, ...]]:
    """What stands for each of these clouds, by cloud id. One statement."""
    ids = [cloud.id for cloud in clouds]
    found: dict[int, list[StoredVerdict]] = {cloud_id: [] for cloud_id in ids}
    rows = session.execute(
        select(Standing.cloud_id, StoredVerdict)
        .join(Standing.verdict)
        .join(StoredVerdict.result)
        .options(contains_eager(StoredVerdict.result))
        .where(Standing.cloud_id.in_(ids))
    )
    for cloud_id, verdict in rows:
        found[cloud_id].append(verdict)
    return {cloud_id: tuple(verdicts) for cloud_id, verdicts in found.items()}


def find_cloud(session: Session, digest: str) -> Cloud:
    """The cloud of that digest.

    Raises:
        NoSuchCloud: no result of such a cloud came in.
    """
    cloud = session.scalar(
        select(Cloud).where(Cloud.digest == digest).options(joinedload(Cloud.holder))
    )
    if cloud is None:
        raise _no_such_cloud(digest)
    return cloud


def cloud_of_prefix(session: Session, prefix: str) -> Cloud:
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
        .where(Cloud.digest.startswith(prefix))
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


def results_of(session: Session, cloud: Cloud, page: int) -> Page[StoredResult]:
    """The results of a cloud, newest first. Two statements."""
    total = session.scalar(
        select(func.count(StoredResult.id)).where(StoredResult.cloud_id == cloud.id)
    )
    rows = session.scalars(
        select(StoredResult)
        .where(StoredResult.cloud_id == cloud.id)
        .options(joinedload(StoredResult.account))
        .order_by(StoredResult.uploaded_at.desc(), StoredResult.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(tuple(rows), page, total or 0)


def verdicts_of(
    session: Session, results: Iterable[StoredResult], *, documents: bool = False
) -> Mapping[str, tuple[StoredVerdict, ...]]:
    """The current verdicts on each result, by result id, in the order they were judged.

    A later verdict on the same program replaces an earlier one here. One statement.
    """
    ids = [result.id for result in results]
    query = select(StoredVerdict).where(StoredVerdict.result_id.in_(ids)).order_by(StoredVerdict.id)
    if documents:
        query = query.options(undefer(StoredVerdict.document))
    found: dict[str, dict[str, StoredVerdict]] = {result_id: {} for result_id in ids}
    for verdict in session.scalars(query):
        found[verdict.result_id][verdict.target] = verdict
    return {result_id: tuple(verdicts.values()) for result_id, verdicts in found.items()}


def find_result(session: Session, result_id: str, *, envelope: bool = False) -> StoredResult:
    """The result of that id, with its cloud, account and key. One statement.

    Raises:
        NoSuchResult: there is none.
    """
    query = (
        select(StoredResult)
        .where(StoredResult.id == result_id)
        .options(
            joinedload(StoredResult.cloud).joinedload(Cloud.holder),
            joinedload(StoredResult.account),
            joinedload(StoredResult.key),
        )
    )
    if envelope:
        query = query.options(undefer(StoredResult.envelope))
    result = session.scalar(query)
    if result is None:
        raise NoSuchResult(
            f"no result {result_id} is known here",
            next_step="Look at the list of clouds.",
        )
    return result


def ping(session: Session) -> None:
    """Ask the database for nothing; raises what SQLAlchemy raises when it does not answer."""
    session.execute(text("SELECT 1"))
