"""Reading all that is published; the number of statements does not grow with the clouds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from refcheck_server.marketplace.errors import NoSuchClaim
from refcheck_server.marketplace.models import IssuedClaim
from refcheck_server.results.models import Cloud, Standing, StoredVerdict

Standings = Sequence[tuple[Cloud, tuple[StoredVerdict, ...]]]
Claims = Mapping[tuple[int, str], Sequence[IssuedClaim]]
"""By cloud and program, oldest first."""


def all_standings(session: Session) -> Standings:
    """Every cloud with what stands for it, by name and digest. Two statements."""
    found: dict[int, list[StoredVerdict]] = {}
    rows = session.execute(
        select(Standing.cloud_id, StoredVerdict)
        .join(Standing.verdict)
        .join(StoredVerdict.result)
        .options(contains_eager(StoredVerdict.result))
        .order_by(StoredVerdict.id)
    )
    for cloud_id, verdict in rows:
        found.setdefault(cloud_id, []).append(verdict)
    clouds = session.scalars(select(Cloud).options(joinedload(Cloud.holder)).order_by(Cloud.digest))
    named = sorted(clouds, key=lambda one: (one.label is None, (one.label or "").casefold()))
    return [(cloud, tuple(found.get(cloud.id, ()))) for cloud in named]


def live_claims(session: Session, now: datetime) -> Claims:
    """The claims in force. One statement."""
    found: dict[tuple[int, str], list[IssuedClaim]] = {}
    claims = session.scalars(
        select(IssuedClaim)
        .where(IssuedClaim.revoked_at.is_(None), IssuedClaim.expires_at > now)
        .options(joinedload(IssuedClaim.cloud))
        .order_by(IssuedClaim.id)
    )
    for claim in claims:
        found.setdefault((claim.cloud_id, claim.target), []).append(claim)
    return found


def claims_of(
    session: Session, cloud: Cloud, target: str | None, now: datetime
) -> Sequence[IssuedClaim]:
    """The claims in force of a cloud, for one program or for all.

    Raises:
        NoSuchClaim: there is none.
    """
    claims = [
        claim
        for (cloud_id, program), some in live_claims(session, now).items()
        for claim in some
        if cloud_id == cloud.id and target in {None, program}
    ]
    if not claims:
        raise NoSuchClaim(
            f"no claim of the cloud {cloud.digest[:12]}… is in force"
            + ("" if target is None else f" for {target!r}"),
            next_step="Look at the cloud's published page.",
        )
    return claims


def latest_news(session: Session, most: int) -> Sequence[IssuedClaim]:
    """The claims that were issued anew or taken back last, newest first. Two statements."""
    query = select(IssuedClaim).options(joinedload(IssuedClaim.cloud)).limit(most)
    issued = session.scalars(query.where(~IssuedClaim.renewal).order_by(IssuedClaim.id.desc()))
    revoked = session.scalars(
        query.where(IssuedClaim.revoked_at.is_not(None)).order_by(
            IssuedClaim.revoked_at.desc(), IssuedClaim.id.desc()
        )
    )
    return list(dict.fromkeys([*issued, *revoked]))


def with_documents(session: Session, verdicts: Sequence[StoredVerdict]) -> None:
    """Read the documents of these verdicts. One statement."""
    ids = [verdict.id for verdict in verdicts]
    session.scalars(
        select(StoredVerdict)
        .where(StoredVerdict.id.in_(ids))
        .options(undefer(StoredVerdict.document))
    ).all()
