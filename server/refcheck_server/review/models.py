"""Applications for a mark, with everything that was said and decided about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from refcheck_server.accounts.models import WORDS, Account
from refcheck_server.columns import HEX_DIGEST, Base, Utc
from refcheck_server.products.models import ProductVersion
from refcheck_server.results.models import TEXT, StoredResult, StoredVerdict
from refcheck_server.review.states import State

LONG_TEXT = 4000
"""Longest text that somebody writes about an application."""


class Agreement(Base):
    """A text that vendors agree to, under its digest; what was agreed to stays readable."""

    __tablename__ = "agreements"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    text: Mapped[str] = mapped_column(Text)


class Application(Base):
    """What a vendor submits so that a version of a product may carry a mark.

    Attributes:
        target: the program that the mark is of.
        note: what the vendor says to the reviewers.
        agreement: that was agreed to; None once what it is about has changed.
        accepted_by, accepted_at: who agreed to it last for the vendor, and when.
        author_id: who began it.
        reviewer: who took it up, or was given it.
        endorsed_by: the second reviewer who stands behind it, while nothing changed.
        decided_by_id: who approved, rejected or revoked it last.
        renews_id: the application that it is to take the place of.
        since: when it came into its state; `due_at` is when it should leave it.
        appealed_at: when the vendor appealed, which it may once.
        expires_at: until when the mark may be carried; set when it is approved.
        verdict: the canonical JSON of the last verdict on it, packed.
        verdict_sha256, qualifies, mark, judged_at: of that verdict.
        published_verdict: the verdict as it was published.
        published_cloud_id: the cloud of its result: lists of clouds find their marks by it.
        revision: how often it was changed; see `refcheck_server.editing`.
    """

    __tablename__ = "applications"
    __table_args__ = (
        Index(None, "state", "since", "id"),
        Index(None, "since", "id"),
        Index(None, "version_id", "target", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("product_versions.id"))
    target: Mapped[str] = mapped_column(String(TEXT))
    result_id: Mapped[str] = mapped_column(ForeignKey("results.id"), index=True)
    note: Mapped[str] = mapped_column(Text)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreements.id"))
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(Utc)
    author_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column(String(16), default=State.DRAFT)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    endorsed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(Utc)
    since: Mapped[datetime] = mapped_column(Utc)
    submitted_at: Mapped[datetime | None] = mapped_column(Utc)
    due_at: Mapped[datetime | None] = mapped_column(Utc, index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(Utc)
    appealed_at: Mapped[datetime | None] = mapped_column(Utc)
    expires_at: Mapped[datetime | None] = mapped_column(Utc, index=True)
    verdict: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    verdict_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST))
    title: Mapped[str] = mapped_column(String(TEXT))
    qualifies: Mapped[bool]
    mark: Mapped[str | None] = mapped_column(String(TEXT))
    judged_at: Mapped[datetime] = mapped_column(Utc)
    published_verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdicts.id"), index=True)
    published_cloud_id: Mapped[int | None] = mapped_column(ForeignKey("clouds.id"), index=True)
    revision: Mapped[int] = mapped_column(default=1)

    version: Mapped[ProductVersion] = relationship()
    result: Mapped[StoredResult] = relationship()
    agreement: Mapped[Agreement | None] = relationship()
    accepted_by: Mapped[Account | None] = relationship(foreign_keys=accepted_by_id)
    author: Mapped[Account] = relationship(foreign_keys=author_id)
    reviewer: Mapped[Account | None] = relationship(foreign_keys=reviewer_id)
    endorsed_by: Mapped[Account | None] = relationship(foreign_keys=endorsed_by_id)
    published_verdict: Mapped[StoredVerdict | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own way

    @property
    def subject(self) -> str:
        """What events of the audit log say that they are about."""
        return f"application:{self.id}"

    @property
    def product_name(self) -> str:
        """The product as waivers name it: `vendor/product`."""
        product = self.version.product
        return f"{product.vendor.slug}/{product.slug}"


class Step(Base):
    """A move that an application made; its steps are its history.

    Attributes:
        account: who made it; None for the clock, and for a command.
        reason: that was given, which the vendor reads.
    """

    __tablename__ = "application_steps"
    __table_args__ = (Index(None, "application_id", "id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    at: Mapped[datetime] = mapped_column(Utc)
    move: Mapped[str] = mapped_column(String(16))
    before: Mapped[str] = mapped_column(String(16))
    after: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(Text)

    account: Mapped[Account | None] = relationship()


class Comment(Base):
    """What somebody said; `internal` ones are for reviewers and the registry alone."""

    __tablename__ = "application_comments"
    __table_args__ = (Index(None, "application_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(Utc)
    internal: Mapped[bool] = mapped_column(server_default=false())
    text: Mapped[str] = mapped_column(Text)

    account: Mapped[Account] = relationship()


class AskedWaiver(Base):
    """An exception that a vendor asks for, and what became of it.

    Attributes:
        capability, test: what it is for; either may be empty, not both.
        wish: why the vendor asks.
        decided_at: None while nobody decided.
        public: the text that is published with every verdict that uses it.
        reason: why it was granted, or not.
        expires_at: when it ends; None for one that was not granted.
        reminded_at: when the vendor was reminded that it ends.
    """

    __tablename__ = "application_waivers"
    __table_args__ = (Index(None, "application_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    capability: Mapped[str] = mapped_column(String(WORDS))
    test: Mapped[str] = mapped_column(String(WORDS))
    wish: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Utc)
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    public: Mapped[str] = mapped_column(String(WORDS), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime | None] = mapped_column(Utc)
    reminded_at: Mapped[datetime | None] = mapped_column(Utc)

    decided_by: Mapped[Account | None] = relationship()


class BlockingTest(Base):
    """A test that stands in an application's way, so that others with the same one are found."""

    __tablename__ = "application_blockers"

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    test: Mapped[str] = mapped_column(String(TEXT), primary_key=True, index=True)
