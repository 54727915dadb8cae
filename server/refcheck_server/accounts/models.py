"""Accounts, tokens and public keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from refcheck_server.columns import HEX_DIGEST, Base, Utc

NAME_LENGTH = 64


class Account(Base):
    """A vendor's or tester's account."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    created_at: Mapped[datetime] = mapped_column(Utc)


class Token(Base):
    """An API token; only its digest is kept.

    Attributes:
        sha256: of the whole token.
        prefix: the part that may be shown and names the token.
    """

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    created_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime | None] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)

    account: Mapped[Account] = relationship()


class PublicKey(Base):
    """A key that signs results for one account; a key never serves two accounts."""

    __tablename__ = "public_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    keyid: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    pem: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)

    account: Mapped[Account] = relationship()
