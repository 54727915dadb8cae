"""Clouds, results, verdicts, and what currently stands for a cloud.

A result and a verdict are written once and never changed. `Standing` is the only row that moves:
it says which verdict speaks for a cloud and a program now.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from refcheck_server.accounts.models import Account, PublicKey
from refcheck_server.columns import HEX_DIGEST, Base, Compressed, Utc

RESULT_ID = 32
"""Characters of a result's id: the first half of its payload's SHA-256."""
TEXT = 200
"""Longest short text taken from a result into a column."""


class Cloud(Base):
    """A cloud, known by the digest of its service catalogue.

    Attributes:
        holder: the account that brought the first result, or that the administrator gave the
            cloud to. Anyone with an account may send results of this cloud, but only the holder's
            decide what the cloud may claim.
        label: a name for people, given by the administrator.
        latest_at: when the last result came in.
    """

    __tablename__ = "clouds"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    label: Mapped[str | None] = mapped_column(String(TEXT))
    holder_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    first_seen: Mapped[datetime] = mapped_column(Utc)
    latest_at: Mapped[datetime] = mapped_column(Utc, index=True)

    holder: Mapped[Account] = relationship()


class StoredResult(Base):
    """One run's result as it was uploaded.

    Attributes:
        id: content address of the signed payload, so that a duplicate cannot get in.
        envelope: the bytes that were uploaded.
        guideline_sha256: of the guideline that the run selected its tests from.
        guideline_id, target, tool_version, suite_sha256, run_id, started, ended: copied out of
            the payload.
        complete: the run ended by itself, and left nothing out.
    """

    __tablename__ = "results"
    __table_args__ = (Index(None, "cloud_id", "uploaded_at"),)

    id: Mapped[str] = mapped_column(String(RESULT_ID), primary_key=True)
    payload_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    cloud_id: Mapped[int] = mapped_column(ForeignKey("clouds.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("public_keys.id"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(Utc, index=True)
    run_id: Mapped[str] = mapped_column(String(TEXT))
    deployment: Mapped[str] = mapped_column(String(HEX_DIGEST))
    started: Mapped[datetime] = mapped_column(Utc)
    ended: Mapped[datetime] = mapped_column(Utc)
    complete: Mapped[bool]
    guideline_id: Mapped[str] = mapped_column(String(TEXT))
    guideline_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST))
    target: Mapped[str] = mapped_column(String(TEXT))
    tool_version: Mapped[str] = mapped_column(String(TEXT))
    suite_sha256: Mapped[str] = mapped_column(String(TEXT))
    envelope: Mapped[bytes] = mapped_column(Compressed, deferred=True)

    cloud: Mapped[Cloud] = relationship()
    account: Mapped[Account] = relationship()
    key: Mapped[PublicKey] = relationship()


class StoredVerdict(Base):
    """The registry's verdict on a result for one program.

    Attributes:
        title: the program's title at that time.
        guideline_sha256: of the guideline that it was judged by.
        guideline_status: as the guideline said: `approved`, `reconstructed`, ...
        required_tests, required_passed: the tests that count; flagged ones do not.
        document: the canonical JSON of the whole verdict.
    """

    __tablename__ = "verdicts"
    __table_args__ = (Index(None, "result_id", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[str] = mapped_column(ForeignKey("results.id"))
    target: Mapped[str] = mapped_column(String(TEXT))
    title: Mapped[str] = mapped_column(String(TEXT))
    guideline_id: Mapped[str] = mapped_column(String(TEXT), index=True)
    guideline_sha256: Mapped[str] = mapped_column(String(HEX_DIGEST))
    guideline_status: Mapped[str] = mapped_column(String(TEXT))
    engine: Mapped[str] = mapped_column(String(TEXT))
    judged_at: Mapped[datetime] = mapped_column(Utc)
    qualifies: Mapped[bool]
    capability_rule: Mapped[str] = mapped_column(String(32))
    designated_code_rule: Mapped[str] = mapped_column(String(32))
    mark: Mapped[str | None] = mapped_column(String(TEXT))
    required_tests: Mapped[int]
    required_passed: Mapped[int]
    document: Mapped[bytes] = mapped_column(Compressed, deferred=True)

    result: Mapped[StoredResult] = relationship()


class Standing(Base):
    """Which verdict speaks for a cloud and a program.

    It is on a complete run of the holder's; one that decides something goes before one that does
    not, then the newer run.
    """

    __tablename__ = "standings"

    cloud_id: Mapped[int] = mapped_column(ForeignKey("clouds.id"), primary_key=True)
    target: Mapped[str] = mapped_column(String(TEXT), primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id"), index=True)

    verdict: Mapped[StoredVerdict] = relationship()
