"""Scopes and last use of tokens, and what a new public key has to sign."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this revision; a token from before sends results, as it did."""
    op.add_column(
        "tokens",
        sa.Column("scopes", sa.String(length=200), nullable=False, server_default="results"),
    )
    op.add_column("tokens", sa.Column("used_at", MOMENT, nullable=True))
    op.create_table(
        "key_challenges",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_key_challenges_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_key_challenges")),
    )
    op.create_index(op.f("ix_key_challenges_account_id"), "key_challenges", ["account_id"])


def downgrade() -> None:
    """Back to the one before, where every token sends results: others are revoked."""
    op.execute(
        "UPDATE tokens SET revoked_at = CURRENT_TIMESTAMP "
        "WHERE revoked_at IS NULL AND ' ' || scopes || ' ' NOT LIKE '% results %'"
    )
    op.drop_table("key_challenges")
    op.drop_column("tokens", "used_at")
    op.drop_column("tokens", "scopes")
