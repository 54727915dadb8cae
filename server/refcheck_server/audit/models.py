"""The tables of the audit log.

Rows of `audit_events` and `audit_checkpoints` are never changed and never removed; the database
refuses both.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from refcheck_server.columns import HEX_DIGEST, Base, Utc, table_of

WORD, NAME = 40, 200
_FAULT = "the audit log is only ever added to"
_REFUSALS = {
    "sqlite": [
        f"CREATE TRIGGER %(table)s_no_{verb.lower()} BEFORE {verb} ON %(table)s "
        f"BEGIN SELECT RAISE(ABORT, '{_FAULT}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_FAULT}'; END $$"
        ),
        (
            "CREATE TRIGGER %(table)s_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON %(table)s "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        ),
    ],
}
"""Triggers that let nobody change or remove a row by a plain statement."""


class AuditEvent(Base):
    """Something that happened.

    Attributes:
        number: from 0, without gaps: the index of its leaf.
        actor: who: `account:NAME`, `operator:NAME` (by command), `anyone` or `registry`.
        action: what, like `token.revoked`.
        subject: about what, like `cloud:DIGEST`.
        detail: the rest, as canonical JSON.
        root: of the tree that ends with this event, in hex; so each row holds all before it.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "subject", "number"), Index(None, "action", "number"))

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Utc)
    actor: Mapped[str] = mapped_column(String(NAME))
    action: Mapped[str] = mapped_column(String(WORD))
    subject: Mapped[str] = mapped_column(String(NAME))
    detail: Mapped[str] = mapped_column(Text)
    root: Mapped[str] = mapped_column(String(HEX_DIGEST))


class AuditHead(Base):
    """Where the log ends: one row, which whoever adds an event holds until the end.

    Attributes:
        peaks: roots of the complete subtrees, in hex, largest first, with spaces between.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    peaks: Mapped[str] = mapped_column(Text)


class AuditCheckpoint(Base):
    """A size and root of the log that the registry has signed.

    Attributes:
        envelope: the signed statement.
    """

    __tablename__ = "audit_checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(String(HEX_DIGEST))
    signed_at: Mapped[datetime] = mapped_column(Utc)
    envelope: Mapped[str] = mapped_column(Text)


for _table in (table_of(AuditEvent), table_of(AuditCheckpoint)):
    for _dialect, _statements in _REFUSALS.items():
        for _statement in _statements:
            _made = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
            event.listen(_table, "after_create", _made)
