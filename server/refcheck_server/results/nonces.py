"""Nonces: a run that signs one into its result cannot be older than it, and counts once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from refcheck_server.results.errors import BadNonce
from refcheck_server.results.models import Nonce

LIFETIME = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class NewNonce:
    """A nonce at the only moment when it is known in full."""

    nonce: str
    expires_at: datetime


def give_nonce(session: Session, account_id: int, *, now: datetime) -> NewNonce:
    """A new nonce for one result of this account; those that have expired are forgotten."""
    word = secrets.token_urlsafe(24)
    expires_at = now + LIFETIME
    session.execute(delete(Nonce).where(Nonce.expires_at <= now))
    session.add(
        Nonce(sha256=_sha256(word), account_id=account_id, issued_at=now, expires_at=expires_at)
    )
    session.commit()
    return NewNonce(word, expires_at)


def spend_nonce(session: Session, word: str, account_id: int, *, now: datetime) -> datetime:
    """When this nonce was given out; it cannot be spent again. One statement.

    Raises:
        BadNonce: never given out to this account, spent, or expired.
    """
    issued_at: datetime | None = session.scalar(
        delete(Nonce)
        .where(
            Nonce.sha256 == _sha256(word), Nonce.account_id == account_id, Nonce.expires_at > now
        )
        .returning(Nonce.issued_at)
    )
    if issued_at is None:
        session.rollback()
        raise BadNonce(
            "was not given out to this account by this registry, was used, or has expired",
            where="$.predicate.nonce",
            next_step="Ask for a nonce (POST /api/v1/nonces), and run again with it.",
        )
    return issued_at


def _sha256(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
