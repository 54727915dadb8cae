"""Results of RefStack's client, and the keys that sign them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "refstack_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_refstack_keys_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refstack_keys")),
        sa.UniqueConstraint("sha256", name=op.f("uq_refstack_keys_sha256")),
    )
    op.create_index(op.f("ix_refstack_keys_account_id"), "refstack_keys", ["account_id"])
    op.create_table(
        "refstack_results",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("cpid", sa.String(128), nullable=False),
        sa.Column("duration_seconds", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("key_id", sa.Integer(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("guideline", sa.String(200), nullable=True),
        sa.Column("target", sa.String(200), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("dictionary_id", sa.Integer(), nullable=True),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_refstack_results_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["refstack_keys.id"], name=op.f("fk_refstack_results_key_id_refstack_keys")
        ),
        sa.ForeignKeyConstraint(
            ["dictionary_id"],
            ["dictionaries.id"],
            name=op.f("fk_refstack_results_dictionary_id_dictionaries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refstack_results")),
        sa.UniqueConstraint("sha256", name=op.f("uq_refstack_results_sha256")),
    )
    for column in ("shared", "account_id", "cpid"):
        op.create_index(
            op.f(f"ix_refstack_results_{column}_created_at_id"),
            "refstack_results",
            [column, "created_at", "id"],
        )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("refstack_results")
    op.drop_table("refstack_keys")
