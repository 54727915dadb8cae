"""Accounts, results and verdicts: the first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "clouds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("latest_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["accounts.id"], name=op.f("fk_clouds_holder_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clouds")),
        sa.UniqueConstraint("digest", name=op.f("uq_clouds_digest")),
    )
    op.create_index(op.f("ix_clouds_latest_at"), "clouds", ["latest_at"])

    op.create_table(
        "public_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("keyid", sa.String(length=64), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_public_keys_account_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_keys")),
        sa.UniqueConstraint("keyid", name=op.f("uq_public_keys_keyid")),
    )
    op.create_index(op.f("ix_public_keys_account_id"), "public_keys", ["account_id"])

    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_tokens_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("prefix", name=op.f("uq_tokens_prefix")),
        sa.UniqueConstraint("sha256", name=op.f("uq_tokens_sha256")),
    )
    op.create_index(op.f("ix_tokens_account_id"), "tokens", ["account_id"])

    op.create_table(
        "results",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("cloud_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("run_id", sa.String(length=200), nullable=False),
        sa.Column("deployment", sa.String(length=64), nullable=False),
        sa.Column("started", MOMENT, nullable=False),
        sa.Column("ended", MOMENT, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("guideline_id", sa.String(length=200), nullable=False),
        sa.Column("guideline_sha256", sa.String(length=64), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("tool_version", sa.String(length=200), nullable=False),
        sa.Column("suite_sha256", sa.String(length=200), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_results_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["cloud_id"], ["clouds.id"], name=op.f("fk_results_cloud_id_clouds")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["public_keys.id"], name=op.f("fk_results_key_id_public_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
        sa.UniqueConstraint("payload_sha256", name=op.f("uq_results_payload_sha256")),
    )
    op.create_index(op.f("ix_results_account_id"), "results", ["account_id"])
    op.create_index(op.f("ix_results_cloud_id_uploaded_at"), "results", ["cloud_id", "uploaded_at"])
    op.create_index(op.f("ix_results_key_id"), "results", ["key_id"])
    op.create_index(op.f("ix_results_uploaded_at"), "results", ["uploaded_at"])

    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.String(length=32), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("guideline_id", sa.String(length=200), nullable=False),
        sa.Column("guideline_sha256", sa.String(length=64), nullable=False),
        sa.Column("guideline_status", sa.String(length=200), nullable=False),
        sa.Column("engine", sa.String(length=200), nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.Column("qualifies", sa.Boolean(), nullable=False),
        sa.Column("capability_rule", sa.String(length=32), nullable=False),
        sa.Column("designated_code_rule", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=200), nullable=True),
        sa.Column("required_tests", sa.Integer(), nullable=False),
        sa.Column("required_passed", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["results.id"], name=op.f("fk_verdicts_result_id_results")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    op.create_index(op.f("ix_verdicts_guideline_id"), "verdicts", ["guideline_id"])
    op.create_index(op.f("ix_verdicts_result_id_target"), "verdicts", ["result_id", "target"])

    op.create_table(
        "standings",
        sa.Column("cloud_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("verdict_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cloud_id"], ["clouds.id"], name=op.f("fk_standings_cloud_id_clouds")
        ),
        sa.ForeignKeyConstraint(
            ["verdict_id"],
            ["verdicts.id"],
            name=op.f("fk_standings_verdict_id_verdicts"),
        ),
        sa.PrimaryKeyConstraint("cloud_id", "target", name=op.f("pk_standings")),
    )
    op.create_index(op.f("ix_standings_verdict_id"), "standings", ["verdict_id"])


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("standings")
    op.drop_table("verdicts")
    op.drop_table("results")
    op.drop_table("tokens")
    op.drop_table("public_keys")
    op.drop_table("clouds")
    op.drop_table("accounts")
