"""Vendors, and invitations to belong to one. Who belongs to one: `accounts.models.Membership`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from refcheck_server.accounts.models import WORDS, Account
from refcheck_server.columns import HEX_DIGEST, Base, Utc

SLUG = 64
DESCRIPTION = 2000


class VendorState(StrEnum):
    """What the registry's administrators said of a vendor."""

    PENDING = "pending"
    """Waits for approval; only its members and the registry see it."""
    APPROVED = "approved"
    """Everyone sees it."""
    DECLINED = "declined"
    """Not approved, for a reason that its members see; a change asks again."""


class Vendor(Base):
    """A company or a project that offers products.

    Attributes:
        slug: its name in addresses, which never changes.
        contact: a mail address for the registry alone; it is not published.
        reason: why it was declined.
        revision: how often it was changed; see `refcheck_server.editing`.
    """

    __tablename__ = "vendors"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG), unique=True)
    name: Mapped[str] = mapped_column(String(WORDS), unique=True)
    website: Mapped[str] = mapped_column(String(WORDS))
    contact: Mapped[str] = mapped_column(String(WORDS))
    description: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default=VendorState.PENDING, index=True)
    reason: Mapped[str] = mapped_column(String(WORDS), default="")
    registered_at: Mapped[datetime] = mapped_column(Utc)
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own way


class Invitation(Base):
    """A link by which one account joins a vendor, once; only the digest of its secret is kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    role: Mapped[str] = mapped_column(String(32))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    used_at: Mapped[datetime | None] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)

    vendor: Mapped[Vendor] = relationship()
    made_by: Mapped[Account] = relationship(foreign_keys=made_by_id)
