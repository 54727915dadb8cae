"""Results of RefStack's client, and the keys that sign them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from refcheck_server.accounts.models import Account
from refcheck_server.columns import HEX_DIGEST, Base, Utc
from refcheck_server.results.dictionaries import Dictionary

CPID = 128
"""Longest id that RefStack takes for a cloud."""
UUID = 36
WORD = 200


class RefstackKey(Base):
    """An RSA key in OpenSSH's form that signs uploads of one account.

    Attributes:
        sha256: of the key's bytes, without its comment.
    """

    __tablename__ = "refstack_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    line: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)

    account: Mapped[Account] = relationship()


class RefstackResult(Base):
    """What RefStack's client uploaded: the names of the tests that passed.

    Attributes:
        sha256: of sender and body, so that a replay cannot get in.
        cpid: what the client took for the cloud's id; no digest of a catalogue.
        account_id, key_id: None for an anonymous upload.
        signature: hex, of the body, by that key: anyone can check it again.
        guideline, target: what the sender says that it is for.
        shared: anyone may see it.
        packed: the body as it was sent, packed.
    """

    __tablename__ = "refstack_results"
    __table_args__ = (
        Index(None, "shared", "created_at", "id"),
        Index(None, "account_id", "created_at", "id"),
        Index(None, "cpid", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(UUID), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), unique=True)
    cpid: Mapped[str] = mapped_column(String(CPID))
    duration_seconds: Mapped[int]
    passed: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Utc)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    key_id: Mapped[int | None] = mapped_column(ForeignKey(RefstackKey.id))
    signature: Mapped[str | None] = mapped_column(Text)
    guideline: Mapped[str | None] = mapped_column(String(WORD))
    target: Mapped[str | None] = mapped_column(String(WORD))
    shared: Mapped[bool]
    dictionary_id: Mapped[int | None] = mapped_column(ForeignKey(Dictionary.id))
    packed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    account: Mapped[Account | None] = relationship()
    key: Mapped[RefstackKey | None] = relationship()
