"""What is in the store of evidence, and what it is evidence for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from refcheck_server.columns import HEX_DIGEST, Base, Utc

NAME = 100


class Blob(Base):
    """Bytes in the store, under their digest; one row however many have them.

    Attributes:
        touched_at: when they were sent last. The row is there before the bytes are, so that nothing
            is in the store that the database does not know.
        content: the bytes themselves, of what is judged: it is small, and no judgement waits for a
            store. None where the store has them.
    """

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(String(HEX_DIGEST), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    touched_at: Mapped[datetime] = mapped_column(Utc, index=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class Attachment(Base):
    """That a blob is evidence for a result or an application, under a name for people."""

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("result_id", "sha256"),
        UniqueConstraint("application_id", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[str | None] = mapped_column(ForeignKey("results.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(NAME))
    attached_at: Mapped[datetime] = mapped_column(Utc)

    blob: Mapped[Blob] = relationship(lazy="joined", innerjoin=True)
