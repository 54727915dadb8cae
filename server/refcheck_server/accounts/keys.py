"""Registering a public key, by showing that one holds it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from refcheck.result.key_proof import Claim, check
from refcheck_server.accounts import services
from refcheck_server.accounts.errors import ChallengeRefused
from refcheck_server.accounts.models import Account, KeyChallenge, PublicKey, digest_of
from refcheck_server.accounts.rights import Principal
from refcheck_server.database import rows_changed

GOOD_FOR = timedelta(minutes=10)


def new_challenge(session: Session, account_id: int, *, now: datetime) -> str:
    """A number that this account shall sign, once, soon; those that are too old are forgotten."""
    session.execute(delete(KeyChallenge).where(KeyChallenge.expires_at <= now))
    challenge = secrets.token_urlsafe(32)
    session.add(
        KeyChallenge(sha256=digest_of(challenge), account_id=account_id, expires_at=now + GOOD_FOR)
    )
    session.flush()
    return challenge


def register(
    session: Session, owner: Principal, document: Any, *, registry: str, now: datetime
) -> PublicKey:
    """Let results signed by a key count for the account, which proves that it holds it.

    Args:
        session: to keep it in.
        owner: whoever sent the document.
        document: see `refcheck.result.key_proof`, with the challenge beside it.
        registry: what this registry is called outside.
        now: the time.

    Raises:
        ChallengeRefused: it was not given to this account, is used up or too old.
        BadSignature, KeyFault: the document proves nothing.
        Taken: the key is registered already, be it revoked.
    """
    challenge = document.get("challenge") if isinstance(document, dict) else None
    _use_up(session, owner.account_id, str(challenge), now)
    key = check(document, Claim(registry, owner.name, str(challenge)))
    account = session.get_one(Account, owner.account_id)
    return services.add_key(session, account, key, now=now)


def _use_up(session: Session, account_id: int, challenge: str, now: datetime) -> None:
    this = delete(KeyChallenge).where(
        KeyChallenge.sha256 == digest_of(challenge),
        KeyChallenge.account_id == account_id,
        KeyChallenge.expires_at > now,
    )
    if not rows_changed(session, this):
        raise ChallengeRefused(
            "was not given to this account, or is used up or too old",
            where="$.challenge",
            next_step="Ask for a new one: `refcheck key register` does.",
        )
    session.commit()  # used up, whatever becomes of the key
