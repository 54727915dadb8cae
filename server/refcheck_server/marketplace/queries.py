"""Reading all that is published; the number of statements does not grow with the clouds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from refcheck_server.marketplace.errors import NoSuchClaim
from refcheck_server.marketplace.models import IssuedClaim
from refcheck_server.publication.marks import Standing, with_marks
from refcheck_server.results.models import (
    ANY_PROGRAM,
    Cloud,
    Judgement,
    StoredResult,
    StoredVerdict,
)
from refcheck_server.results.models import Standing as StoredStanding
from refcheck_server.results.queries import gathered

Standings = Sequence[tuple[Cloud, Standing[StoredVerdict]]]
Claims = Mapping[tuple[int, str], Sequence[IssuedClaim]]
"""By cloud and program, oldest first."""
_AT_ONCE = 500


def all_standings(session: Session, *, now: datetime) -> Standings:
    """Every cloud that someone shared a result of, with what stands for it, by name and digest.

    Three statements.
    """
    clouds = session.scalars(
        select(Cloud)
        .where(Cloud.latest_at.is_not(None))
        .options(joinedload(Cloud.holder))
        .order_by(Cloud.digest)
    )
    named = sorted(clouds, key=lambda one: (one.label is None, (one.label or "").casefold()))
    judged = contains_eager(StoredVerdict.judgement).contains_eager(Judgement.result)
    rows = session.execute(
        select(StoredStanding.cloud_id, StoredVerdict)
        .join(StoredStanding.verdict)
        .join(StoredVerdict.judgement)
        .join(Judgement.result)
        .options(judged)
        .where(StoredStanding.target != ANY_PROGRAM)
        .order_by(StoredVerdict.id)
    )
    plain = gathered([cloud.id for cloud in named], rows.tuples())
    found = with_marks(session, plain, now=now)
    return [(cloud, found[cloud.id]) for cloud in named]


def last_judgements(session: Session) -> Mapping[int, int]:
    """The newest judgement that counts for a shared result, by cloud. One statement."""
    rows = session.execute(
        select(StoredResult.cloud_id, func.max(Judgement.id))
        .join(Judgement, Judgement.result_id == StoredResult.id)
        .where(StoredResult.shared_at.is_not(None), Judgement.current)
        .group_by(StoredResult.cloud_id)
    )
    return dict(rows.tuples().all())


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


def blocked_runs(session: Session) -> AbstractSet[tuple[str, str]]:
    """Results, each with a program, that no claim may rest on: one was taken back by hand.

    That holds for the run, however often it is judged anew. One statement.
    """
    rows = session.execute(
        select(Judgement.result_id, IssuedClaim.target)
        .join(StoredVerdict, StoredVerdict.judgement_id == Judgement.id)
        .join(IssuedClaim, IssuedClaim.verdict_id == StoredVerdict.id)
        .where(IssuedClaim.by_hand)
    )
    return {(result_id, target) for result_id, target in rows}


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
    """Read the documents of these verdicts, if they are not there yet. A statement for 500."""
    judgements = {verdict.judgement.id: verdict.judgement for verdict in verdicts}
    lacking = [number for number, one in judgements.items() if "documents" in inspect(one).unloaded]
    for start in range(0, len(lacking), _AT_ONCE):
        some = lacking[start : start + _AT_ONCE]
        session.scalars(
            select(Judgement).where(Judgement.id.in_(some)).options(undefer(Judgement.documents))
        ).all()
