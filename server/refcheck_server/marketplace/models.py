"""The claims that this registry has signed, and the lists of those it took back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from refcheck_server.columns import HEX_DIGEST, Base, Utc
from refcheck_server.results.models import TEXT, Cloud


class IssuedClaim(Base):
    """A claim as it was signed; only `revoked_at`, `reason` and `by_hand` are ever set later.

    Attributes:
        sha256: of what was signed; the claim's name in revocation lists.
        verdict_id: what it rests on.
        keyid: of the key that signed it.
        address: of the published tree that it names.
        renewal: says what the one before it said, for longer.
        by_hand: an administrator took it back: no other is issued for the same run.
    """

    __tablename__ = "claims"
    __table_args__ = (Index(None, "cloud_id", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    cloud_id: Mapped[int] = mapped_column(ForeignKey("clouds.id"))
    target: Mapped[str] = mapped_column(String(TEXT))
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id"), index=True)
    name: Mapped[str] = mapped_column(String(TEXT))
    mark: Mapped[str | None] = mapped_column(String(TEXT))
    wording: Mapped[str] = mapped_column(Text)
    keyid: Mapped[str] = mapped_column(String(HEX_DIGEST))
    address: Mapped[str | None] = mapped_column(String(TEXT))
    issued_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc, index=True)
    renewal: Mapped[bool]
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)
    reason: Mapped[str | None] = mapped_column(String(TEXT))
    by_hand: Mapped[bool]
    envelope: Mapped[str] = mapped_column(Text, deferred=True)

    cloud: Mapped[Cloud] = relationship()


class RevocationList(Base):
    """A list as it was signed; the one with the highest number counts."""

    __tablename__ = "revocation_lists"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    issued_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    envelope: Mapped[str] = mapped_column(Text)
