"""Roles of accounts, passwords, second factors, and sessions of browsers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "accounts",
        sa.Column("role", sa.String(length=32), nullable=False, server_default="submitter"),
    )
    op.add_column("accounts", sa.Column("password_hash", sa.String(length=200), nullable=True))
    op.add_column("accounts", sa.Column("second_factor", sa.LargeBinary(), nullable=True))
    op.add_column(
        "accounts",
        sa.Column("second_factor_step", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column("accounts", sa.Column("disabled_at", MOMENT, nullable=True))
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("strong", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("sha256", name=op.f("uq_sessions_sha256")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"])


def downgrade() -> None:
    """Back to the one before; whoever is signed in is signed out."""
    op.drop_table("sessions")
    for column in (
        "disabled_at",
        "second_factor_step",
        "second_factor",
        "password_hash",
        "role",
    ):
        op.drop_column("accounts", column)
