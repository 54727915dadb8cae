"""Accounts, what they sign in with, and the tokens and keys that speak for them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from refcheck_server.accounts.rights import Role, Scope
from refcheck_server.columns import HEX_DIGEST, Base, Utc

NAME_LENGTH = 64
WORDS = 200
"""Longest short text, like the name of a token."""
SUBJECT = 255
"""Longest subject that an OpenID provider may give."""


class Account(Base):
    """A person's account, or that of a machine which sends results.

    Attributes:
        role: one of `ACCOUNT_ROLES`.
        password_hash: Argon2id, with its parameters; None when nobody signs in with a password.
        second_factor: the secret of the one-time passwords, sealed with the password.
        second_factor_step: the last time step whose one-time password was used.
        disabled_at: since when nobody may use it.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    created_at: Mapped[datetime] = mapped_column(Utc)
    role: Mapped[str] = mapped_column(String(32), default=Role.SUBMITTER)
    password_hash: Mapped[str | None] = mapped_column(String(WORDS))
    second_factor: Mapped[bytes | None] = mapped_column(LargeBinary)
    second_factor_step: Mapped[int] = mapped_column(default=0)
    disabled_at: Mapped[datetime | None] = mapped_column(Utc)


class Identity(Base):
    """What an account is at an OpenID provider; issuer and subject together are one person."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(WORDS))
    subject: Mapped[str] = mapped_column(String(SUBJECT))
    added_at: Mapped[datetime] = mapped_column(Utc)

    account: Mapped[Account] = relationship()


class Passkey(Base):
    """A device that shows at sign-in that it is there (WebAuthn).

    Attributes:
        credential: by which the device knows the key.
        public_key: in COSE.
        uses: as the device counts them; one that was copied counts differently.
        name: by which its owner knows the device.
    """

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    uses: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(WORDS))
    added_at: Mapped[datetime] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)


class Membership(Base):
    """An account's place in a vendor.

    Attributes:
        role: `Role.VENDOR_ADMINISTRATOR`, or `Role.SUBMITTER` for a plain member.
    """

    __tablename__ = "memberships"

    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(32))
    since: Mapped[datetime] = mapped_column(Utc)

    account: Mapped[Account] = relationship()


class SignedIn(Base):
    """A session of a browser; only the digest of what its cookie holds is kept.

    Attributes:
        strong: a second factor was shown when it began, or since.
        device: what the browser says it is.
        seen_at: when it was last used, to within `sessions.SEEN_EVERY`.
    """

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    strong: Mapped[bool]
    device: Mapped[str] = mapped_column(String(WORDS))
    began_at: Mapped[datetime] = mapped_column(Utc)
    seen_at: Mapped[datetime] = mapped_column(Utc)

    account: Mapped[Account] = relationship()


class Token(Base):
    """An API token; only its digest is kept.

    Attributes:
        sha256: of the whole token.
        prefix: the part that may be shown and names the token.
        scopes: what it is good for, separated by spaces.
        strong: whoever made it had shown a second factor, or is the operator.
        used_at: when it was last used, to within an hour.
    """

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    scopes: Mapped[str] = mapped_column(String(WORDS), default=Scope.RESULTS)
    strong: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime | None] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)

    account: Mapped[Account] = relationship()


class KeyChallenge(Base):
    """What this registry asked an account to sign, to show that it holds a key; good once.

    Attributes:
        sha256: of the number that is to be signed.
    """

    __tablename__ = "key_challenges"

    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Utc)


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


def digest_of(secret: str) -> str:
    """SHA-256 in hex: such a secret is long and random, so a plain digest cannot be reversed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
