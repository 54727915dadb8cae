"""Reading what speaks for an account."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import PublicKey, Token


def tokens_of(session: Session, account_id: int) -> Sequence[Token]:
    """The tokens of an account, the newest first."""
    return session.scalars(
        select(Token).where(Token.account_id == account_id).order_by(Token.id.desc())
    ).all()


def keys_of(session: Session, account_id: int) -> Sequence[PublicKey]:
    """The public keys of an account, the newest first."""
    return session.scalars(
        select(PublicKey).where(PublicKey.account_id == account_id).order_by(PublicKey.id.desc())
    ).all()
