"""Notices, and how they reach people and programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from refcheck_server.accounts.models import WORDS, Account
from refcheck_server.audit.models import WORD
from refcheck_server.columns import HEX_DIGEST, Base, Utc
from refcheck_server.vendors.models import Vendor


class Topic(StrEnum):
    """A sort of news."""

    RESULTS = "results"
    """Results that came in, are shared, or are judged otherwise than before."""
    MARKS = "marks"
    """Claims that were published and taken back."""
    REVIEW = "review"
    """Submissions, and what became of them."""
    VENDOR = "vendor"
    """Approval, members, invitations and webhooks of a vendor."""
    SECURITY = "security"
    """Keys, tokens, passwords and roles of an account."""

    @property
    def words(self) -> str:
        """What it is, for people."""
        return _WORDS[self]


_WORDS = {
    Topic.RESULTS: "results that came in, are shared, or are judged otherwise than before",
    Topic.MARKS: "claims that were published and taken back",
    Topic.REVIEW: "submissions, and what became of them",
    Topic.VENDOR: "approval, members, invitations and webhooks of your vendors",
    Topic.SECURITY: "keys, tokens, passwords and roles of your account",
}


def as_text(topics: Iterable[Topic]) -> str:
    """As a row keeps them."""
    return " ".join(sorted(set(topics)))


def of_text(text: str) -> frozenset[Topic]:
    """What a row keeps; a word of another version is nothing."""
    known = {str(topic): topic for topic in Topic}
    return frozenset(known[word] for word in text.split() if word in known)


ADDRESS = 500
SECRET = 64


class NoticeCursor(Base):
    """How far the audit log was read: one row, which whoever reads on holds."""

    __tablename__ = "notice_cursor"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


class Notice(Base):
    """An event of the audit log, as it is told to one vendor or one account.

    Attributes:
        number: of the event.
        path: of the page about it, below the registry's address.
        facts: what the text was made from, as JSON.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("number", "vendor_id"),
        UniqueConstraint("number", "account_id"),
        Index(None, "vendor_id", "id"),
        Index(None, "vendor_id", "topic", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendors.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    action: Mapped[str] = mapped_column(String(WORD))
    topic: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    title: Mapped[str] = mapped_column(String(WORDS))
    text: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(WORDS))
    facts: Mapped[str] = mapped_column(Text)


class Subscription(Base):
    """Where an account gets mail, and about what.

    Attributes:
        sha256: digest of the secret in the link that confirms the address; None when it is used.
        asked_at: when that link was asked for.
        confirmed_at: since when mail is sent there; None for not yet.
        topics: words with spaces between.
    """

    __tablename__ = "subscriptions"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(WORDS))
    topics: Mapped[str] = mapped_column(String(WORDS))
    sha256: Mapped[str | None] = mapped_column(String(HEX_DIGEST), unique=True)
    asked_at: Mapped[datetime] = mapped_column(Utc)
    confirmed_at: Mapped[datetime | None] = mapped_column(Utc)

    account: Mapped[Account] = relationship()


class Feed(Base):
    """The private feed of a vendor; only the digest of what its address holds is kept."""

    __tablename__ = "vendor_feeds"

    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    made_at: Mapped[datetime] = mapped_column(Utc)

    vendor: Mapped[Vendor] = relationship()


class Webhook(Base):
    """An address of a vendor's that is told of news.

    Attributes:
        topics: words with spaces between.
        secret: that messages are signed with; both sides must know it, so it is kept.
        old_secret: the one before, which signs too until `old_until`.
        failing_since: when it first failed after it last took a message.
        stopped_at: since when nothing is sent there.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id"), index=True)
    url: Mapped[str] = mapped_column(String(ADDRESS))
    topics: Mapped[str] = mapped_column(String(WORDS))
    secret: Mapped[str] = mapped_column(String(SECRET))
    old_secret: Mapped[str | None] = mapped_column(String(SECRET))
    old_until: Mapped[datetime | None] = mapped_column(Utc)
    made_at: Mapped[datetime] = mapped_column(Utc)
    failing_since: Mapped[datetime | None] = mapped_column(Utc)
    stopped_at: Mapped[datetime | None] = mapped_column(Utc)

    vendor: Mapped[Vendor] = relationship()


class DeliveryState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    """It is sent, or sent again, when its time comes."""
    DELIVERED = "delivered"
    """The other side took it."""
    FAILED = "failed"
    """It was tried often enough."""


class Delivery(Base):
    """One message to one webhook.

    Attributes:
        message: its id, the same for each attempt: who gets it twice can tell.
        status: of the last answer; None when there was none.
        fault: why the last attempt failed.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index(None, "webhook_id", "id"), Index(None, "webhook_id", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    message: Mapped[str] = mapped_column(String(WORD))
    action: Mapped[str] = mapped_column(String(WORD))
    payload: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Utc, index=True)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    status: Mapped[int | None]
    fault: Mapped[str | None] = mapped_column(String(WORDS))
    last_at: Mapped[datetime | None] = mapped_column(Utc)

    webhook: Mapped[Webhook] = relationship()
