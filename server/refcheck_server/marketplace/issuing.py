"""Bringing the signed claims into line with what stands: issue, renew, take back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck.claim.claim import Badge, Claim, read_claim, sign_claim
from refcheck.claim.statement import digest
from refcheck_server.audit.log import Happening, record_all
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.marketplace.models import IssuedClaim
from refcheck_server.marketplace.queries import Standings, blocked_runs, live_claims, with_documents
from refcheck_server.marketplace.terms import Terms
from refcheck_server.publication.clouds import cloud_name
from refcheck_server.publication.wording import (
    Level,
    claim_wording,
    guideline_of,
    level,
    statement,
)
from refcheck_server.results.models import TEXT, Cloud, StoredVerdict
from refcheck_server.review.speaking import why_silent

_SOMETHING_ELSE = "the cloud now claims something else"
_NOTHING = "what stands for the cloud no longer allows it"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs claims, by which terms, with which list of revocations known."""

    signer: CryptoSigner
    terms: Terms
    guidelines: GuidelineShelf
    now: datetime
    list_number: int


def align(session: Session, standings: Standings, issuer: Issuer) -> None:
    """Issue what may be claimed now and is not, and take back what may not be any more."""
    live, blocked = live_claims(session, issuer.now), blocked_runs(session)
    in_force = select(IssuedClaim.verdict_id).where(IssuedClaim.revoked_at.is_(None))
    why = why_silent(session, in_force)
    happenings: list[Happening] = []
    wanted: set[tuple[int, str]] = set()
    new: list[tuple[Cloud, StoredVerdict, str, bool]] = []
    for cloud, standing in standings:
        for verdict in standing.verdicts:
            old = live.get((cloud.id, verdict.target), ())
            run = (verdict.result_id, verdict.target)
            if not _may_be_claimed(verdict, issuer) or run in blocked:
                continue
            wanted.add((cloud.id, verdict.target))
            wording = _wording(verdict, issuer.guidelines)
            happenings += [
                _take_back(one, why.get(one.verdict_id, _SOMETHING_ELSE), issuer.now)
                for one in old
                if (one.wording, one.mark) != (wording, verdict.mark)
            ]
            if not any(_is_good(one, cloud, verdict, wording, issuer) for one in old):
                new.append((cloud, verdict, wording, any(one.revoked_at is None for one in old)))
    with_documents(session, [verdict for _, verdict, _, _ in new])
    for cloud, verdict, wording, renewal in new:
        made = _issue(session, cloud, verdict, wording, issuer)
        made.renewal = renewal
        happenings.append(_issued(made, cloud))
    for key, claims in live.items():
        if key not in wanted:
            happenings += [
                _take_back(one, why.get(one.verdict_id, _NOTHING), issuer.now) for one in claims
            ]
    session.flush()
    record_all(session, happenings, at=issuer.now)


def _may_be_claimed(verdict: StoredVerdict, issuer: Issuer) -> bool:
    fresh = verdict.result.ended + issuer.terms.run > issuer.now
    return fresh and level(verdict) >= Level.CAPABILITIES_HELD


def _is_good(
    claim: IssuedClaim, cloud: Cloud, verdict: StoredVerdict, wording: str, issuer: Issuer
) -> bool:
    """Whether a claim says all of this, and long enough."""
    last = min(issuer.now + issuer.terms.claim / 2, verdict.result.ended + issuer.terms.run)
    source = (issuer.signer.public_key.keyid, issuer.terms.address)
    return (
        claim.revoked_at is None
        and (claim.keyid, claim.address) == source
        and (claim.verdict_id, claim.name) == (verdict.id, cloud_name(cloud))
        and (claim.wording, claim.mark) == (wording, verdict.mark)
        and claim.expires_at >= last.replace(microsecond=0)
    )


def _wording(verdict: StoredVerdict, guidelines: GuidelineShelf) -> str:
    guideline = guidelines.get(verdict.guideline_id)
    program = guideline.programs.get(verdict.target) if guideline is not None else None
    return claim_wording(verdict, program.mark.wording if program is not None else "")


def _issue(
    session: Session, cloud: Cloud, verdict: StoredVerdict, wording: str, issuer: Issuer
) -> IssuedClaim:
    issued = issuer.now.replace(microsecond=0)
    expires = min(issued + issuer.terms.claim, verdict.result.ended + issuer.terms.run)
    guideline = guideline_of(verdict)
    tone = "good" if verdict.mark is not None else "part"
    claim = Claim(
        cloud=cloud.digest,
        name=cloud_name(cloud),
        target=verdict.target,
        title=verdict.title,
        guideline_id=verdict.guideline_id,
        guideline_status=verdict.guideline_status,
        guideline_sha256=verdict.guideline_sha256,
        verdict_sha256=digest(verdict.document),
        result_sha256=verdict.result.payload_sha256,
        ended=verdict.result.ended,
        mark=verdict.mark,
        wording=wording,
        badge=Badge(f"OpenStack {guideline}", statement(verdict).short, tone),
        issued=issued,
        expires=expires.replace(microsecond=0),
        registry=issuer.terms.address,
        revocations=issuer.list_number,
    )
    envelope = sign_claim(claim, issuer.signer)
    made = IssuedClaim(
        sha256=read_claim(envelope, [issuer.signer.public_key], where="new claim").sha256,
        cloud_id=cloud.id,
        target=verdict.target,
        verdict_id=verdict.id,
        name=claim.name,
        mark=verdict.mark,
        wording=wording,
        keyid=issuer.signer.public_key.keyid,
        address=issuer.terms.address,
        issued_at=claim.issued,
        expires_at=claim.expires,
        renewal=False,
        by_hand=False,
        envelope=envelope.decode(),
    )
    session.add(made)
    return made


def _issued(claim: IssuedClaim, cloud: Cloud) -> Happening:
    detail: Mapping[str, object] = {
        "claim": claim.sha256,
        "target": claim.target,
        "mark": claim.mark,
        "expires": claim.expires_at.isoformat(),
    }
    return Happening("claim.issued", f"cloud:{cloud.digest}", detail)


def _take_back(claim: IssuedClaim, reason: str, now: datetime) -> Happening:
    claim.revoked_at = now.replace(microsecond=0)
    claim.reason = reason[:TEXT]
    detail = {"claim": claim.sha256, "target": claim.target, "reason": claim.reason}
    return Happening("claim.revoked", f"cloud:{claim.cloud.digest}", detail)


def revoke(session: Session, claims: Iterable[IssuedClaim], reason: str, *, now: datetime) -> None:
    """Take claims back by hand: none is issued again for the runs that they rest on."""
    happenings = []
    for claim in claims:
        happenings.append(_take_back(claim, reason, now))
        claim.by_hand = True
    session.flush()
    record_all(session, happenings, at=now)
