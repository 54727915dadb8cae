"""Indexes for what lists are sorted and filtered by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision: str | None = "0026"
branch_labels: str | None = None
depends_on: str | None = None

SHARED = [
    ("results", "cloud_id", "ended", "id"),
    ("results", "cloud_id", "target", "shared_at", "id"),
    ("results", "cloud_id", "target", "ended", "id"),
]
OTHERS = [
    ("results", "account_id", "uploaded_at", "id"),
    ("results", "account_id", "ended", "id"),
    ("results", "account_id", "target", "uploaded_at", "id"),
    ("results", "account_id", "target", "ended", "id"),
    ("jobs", "due_at", "id"),
    ("audit_events", "subject", "number"),
    ("audit_events", "action", "number"),
    ("notices", "vendor_id", "topic", "id"),
    ("webhook_deliveries", "webhook_id", "state", "id"),
]
BEFORE = [("results", "account_id", "uploaded_at"), ("audit_events", "subject")]


def upgrade() -> None:
    """To this revision."""
    where = sa.text("shared_at IS NOT NULL")
    for table, *columns in SHARED:
        op.create_index(
            _name(table, columns), table, columns, sqlite_where=where, postgresql_where=where
        )
    for table, *columns in OTHERS:
        op.create_index(_name(table, columns), table, columns)
    for table, *columns in BEFORE:
        op.drop_index(_name(table, columns), table)


def downgrade() -> None:
    """Back to the one before."""
    for table, *columns in BEFORE:
        op.create_index(_name(table, columns), table, columns)
    for table, *columns in SHARED + OTHERS:
        op.drop_index(_name(table, columns), table)


def _name(table: str, columns: list[str]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")
