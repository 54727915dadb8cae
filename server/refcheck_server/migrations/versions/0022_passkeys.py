"""Passkeys, and whether a token was made by someone who had shown a second factor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision: str | None = "0020"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this revision.

    A token of an account that signs in with a password alone counts as made so; machines have no
    password, and their tokens are the operator's.
    """
    op.add_column(
        "tokens", sa.Column("strong", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    accounts = sa.table(
        "accounts", sa.column("id"), sa.column("password_hash"), sa.column("second_factor")
    )
    weak = sa.select(accounts.c.id).where(
        accounts.c.password_hash.is_not(None), accounts.c.second_factor.is_(None)
    )
    tokens = sa.table("tokens", sa.column("account_id"), sa.column("strong", sa.Boolean()))
    op.execute(tokens.update().where(tokens.c.account_id.in_(weak)).values(strong=False))
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_passkeys_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkeys_credential")),
    )
    op.create_index(op.f("ix_passkeys_account_id"), "passkeys", ["account_id"])


def downgrade() -> None:
    """Back to where every token counts as strong: those that must not are revoked."""
    op.execute(
        "UPDATE tokens SET revoked_at = CURRENT_TIMESTAMP WHERE revoked_at IS NULL AND NOT strong "
        "AND account_id IN (SELECT id FROM accounts WHERE role IN ('reviewer', 'administrator'))"
    )
    op.drop_table("passkeys")
    op.drop_column("tokens", "strong")
