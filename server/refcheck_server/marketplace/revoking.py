"""The revocation list: a new one when something was taken back, or the last one grows old."""

from __future__ import annotations

from datetime import datetime

from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck.claim.revocations import (
    Revocation,
    Revocations,
    read_revocations,
    sign_revocations,
)
from refcheck.errors import BadClaim, BadSignature
from refcheck_server.marketplace.models import IssuedClaim, RevocationList
from refcheck_server.marketplace.terms import Terms


def newest_number(session: Session) -> int:
    """The number of the newest list; 0 while there is none."""
    return (
        session.scalar(
            select(RevocationList.number).order_by(RevocationList.number.desc()).limit(1)
        )
        or 0
    )


def current_list(
    session: Session, signer: CryptoSigner, terms: Terms, *, now: datetime
) -> RevocationList:
    """The newest list, signed anew if it says too little or not for long enough."""
    newest = session.get(RevocationList, newest_number(session))
    revoked = _revoked(session, now)
    if newest is not None and _still_says_it(newest, revoked, signer, terms, now):
        return newest
    issued = now.replace(microsecond=0)
    made = Revocations(
        number=1 if newest is None else newest.number + 1,
        issued=issued,
        expires=issued + terms.revocations,
        revoked=revoked,
    )
    signed = RevocationList(
        number=made.number,
        issued_at=made.issued,
        expires_at=made.expires,
        envelope=sign_revocations(made, signer).decode(),
    )
    session.add(signed)
    session.flush()
    return signed


def _revoked(session: Session, now: datetime) -> tuple[Revocation, ...]:
    """What was taken back and would hold otherwise."""
    claims = session.scalars(
        select(IssuedClaim)
        .where(IssuedClaim.revoked_at.is_not(None), IssuedClaim.expires_at > now)
        .order_by(IssuedClaim.id)
    )
    return tuple(
        Revocation(claim.sha256, claim.revoked_at, claim.reason or "taken back")
        for claim in claims
        if claim.revoked_at is not None
    )


def _still_says_it(
    newest: RevocationList,
    revoked: tuple[Revocation, ...],
    signer: CryptoSigner,
    terms: Terms,
    now: datetime,
) -> bool:
    if newest.expires_at - now < terms.revocations / 2:
        return False
    where = f"revocation list {newest.number}"
    try:
        known = read_revocations(newest.envelope.encode(), [signer.public_key], where=where)
    except (BadClaim, BadSignature):  # the registry has another key now
        return False
    return set(revoked) <= set(known.revoked)
