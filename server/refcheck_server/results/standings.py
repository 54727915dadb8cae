"""Which verdict speaks for a cloud: as results come in, and when a cloud changes hands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from refcheck_server.accounts.models import Account
from refcheck_server.results.models import Cloud, Standing, StoredResult, StoredVerdict


def move_standings(session: Session, cloud: Cloud, verdicts: Iterable[StoredVerdict]) -> None:
    """Let these verdicts speak for the cloud, unless better ones do: see `_speaks_louder`."""
    standings = {
        standing.target: standing
        for standing in session.scalars(
            select(Standing)
            .where(Standing.cloud_id == cloud.id)
            .options(joinedload(Standing.verdict).joinedload(StoredVerdict.result))
        )
    }
    for verdict in verdicts:
        standing = standings.get(verdict.target)
        if standing is None:
            session.add(Standing(cloud_id=cloud.id, target=verdict.target, verdict_id=verdict.id))
        elif _speaks_louder(verdict, standing.verdict):
            standing.verdict = verdict


def hold(session: Session, cloud: Cloud, account: Account) -> tuple[StoredVerdict, ...]:
    """Give a cloud to an account: its complete results decide, and nobody else's any more.

    Returns:
        What stands now; empty when the account has sent no complete result of the cloud.
    """
    # writing first locks the database (SQLite) or the cloud (PostgreSQL): no upload gets between
    session.execute(update(Cloud).where(Cloud.id == cloud.id).values(holder_id=account.id))
    session.execute(delete(Standing).where(Standing.cloud_id == cloud.id))
    session.expire(cloud, ["holder_id", "holder"])
    standing: dict[str, StoredVerdict] = {}
    for verdict in _verdicts_by(session, cloud, account):
        old = standing.get(verdict.target)
        if old is None or _speaks_louder(verdict, old):
            standing[verdict.target] = verdict
    session.add_all(
        Standing(cloud_id=cloud.id, target=target, verdict_id=verdict.id)
        for target, verdict in standing.items()
    )
    session.flush()
    return tuple(standing.values())


def _verdicts_by(session: Session, cloud: Cloud, account: Account) -> Iterable[StoredVerdict]:
    """On the complete results of this cloud from this account, in the order they came in."""
    return session.scalars(
        select(StoredVerdict)
        .join(StoredVerdict.result)
        .options(contains_eager(StoredVerdict.result))
        .where(
            StoredResult.cloud_id == cloud.id,
            StoredResult.account_id == account.id,
            StoredResult.complete,
        )
        .order_by(StoredResult.uploaded_at, StoredVerdict.id)
    )


def _speaks_louder(new: StoredVerdict, old: StoredVerdict) -> bool:
    """Whether a verdict takes the place of another: one that decides, then the newer run."""
    return _weight(new) >= _weight(old)


def _weight(verdict: StoredVerdict) -> tuple[bool, datetime]:
    return verdict.capability_rule != "undecidable", verdict.result.ended
