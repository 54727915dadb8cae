"""Public keys, which an account registers by showing that it holds them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from securesystemslib.signer._key import SSlibKey
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refcheck.result.key_proof import Claim, check, pem_of
from refcheck_server.accounts.digests import digest_of
from refcheck_server.accounts.errors import ChallengeRefused, KeyTaken, NoSuchThing
from refcheck_server.accounts.models import KeyChallenge, PublicKey
from refcheck_server.accounts.rights import Principal
from refcheck_server.audit.log import record

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
        KeyTaken: the key is registered already, be it revoked.
    """
    challenge = document.get("challenge") if isinstance(document, dict) else None
    _use_up(session, owner.account_id, str(challenge), now)
    key = check(document, Claim(registry, owner.name, str(challenge)))
    return add(session, owner.account_id, key, now=now)


def add(session: Session, account_id: int, key: SSlibKey, *, now: datetime) -> PublicKey:
    """Let results signed by this key count for the account.

    Raises:
        KeyTaken: the key is registered already, be it revoked: a revoked key stays so.
    """
    known = session.scalar(select(PublicKey).where(PublicKey.keyid == key.keyid))
    if known is not None:
        state = "was revoked" if known.revoked_at else "is registered"
        raise _taken(f"the key {key.keyid} {state} for {known.account.name!r}")
    added = PublicKey(account_id=account_id, keyid=key.keyid, pem=pem_of(key), added_at=now)
    session.add(added)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise _taken(f"the key {key.keyid} was registered at the same moment") from None
    detail = {"account": added.account.name}
    record(session, "key.added", f"key:{key.keyid}", detail, at=now)
    return added


def _taken(fault: str) -> KeyTaken:
    return KeyTaken(fault, next_step="Make a new one with `refcheck key new`.")


def revoke(session: Session, account_id: int, keyid: str, *, now: datetime) -> PublicKey:
    """Refuse results signed by this key of the account from now on.

    Raises:
        NoSuchThing: the account has no such key.
    """
    key = session.scalar(
        select(PublicKey).where(PublicKey.keyid == keyid, PublicKey.account_id == account_id)
    )
    if key is None:
        raise NoSuchThing("there is no such key", next_step="Look at your account's page.")
    stop(session, key, now=now)
    return key


def stop(session: Session, key: PublicKey, *, now: datetime) -> None:
    """Refuse a key from now on; one that was revoked before stays so since then."""
    if key.revoked_at is None:
        key.revoked_at = now
        detail = {"account": key.account.name}
        record(session, "key.revoked", f"key:{key.keyid}", detail, at=now)


def _use_up(session: Session, account_id: int, challenge: str, now: datetime) -> None:
    used = session.execute(
        delete(KeyChallenge).where(
            KeyChallenge.sha256 == digest_of(challenge),
            KeyChallenge.account_id == account_id,
            KeyChallenge.expires_at > now,
        )
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        raise ChallengeRefused(
            "was not given to this account, or is used up or too old",
            where="$.challenge",
            next_step="Ask for a new one: `refcheck key register` does.",
        )
    session.commit()  # used up, whatever becomes of the key
