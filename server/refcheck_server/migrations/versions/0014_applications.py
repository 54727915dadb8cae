"""Applications for marks: what is submitted, said, asked for and decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)
ACCOUNTS = ("accepted_by_id", "author_id", "reviewer_id", "endorsed_by_id", "decided_by_id")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("sha256", name=op.f("uq_agreements_sha256")),
    )
    _applications()
    _around()


def _applications() -> None:
    table = "applications"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("result_id", sa.String(32), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("endorsed_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("renews_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        *(
            sa.Column(f"{name}_at", MOMENT, nullable=True)
            for name in ("submitted", "due", "reminded", "appealed", "expires")
        ),
        sa.Column("verdict", sa.LargeBinary(), nullable=False),
        sa.Column("verdict_sha256", sa.String(64), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("qualifies", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(200), nullable=True),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.Column("published_verdict_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(_to(table, column, "accounts") for column in ACCOUNTS),
        _to(table, "version_id", "product_versions"),
        _to(table, "result_id", "results"),
        _to(table, "agreement_id", "agreements"),
        _to(table, "renews_id", "applications"),
        _to(table, "published_verdict_id", "verdicts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    for columns in (
        ["state", "since", "id"],
        ["since", "id"],
        ["version_id", "target", "state"],
        ["result_id"],
        ["reviewer_id"],
        ["renews_id"],
        ["due_at"],
        ["expires_at"],
        ["published_verdict_id"],
    ):
        op.create_index(op.f(f"ix_applications_{'_'.join(columns)}"), table, columns)


def _around() -> None:
    tables: tuple[tuple[str, list[sa.schema.SchemaItem]], ...] = (
        (
            "application_steps",
            [
                sa.Column("at", MOMENT, nullable=False),
                sa.Column("move", sa.String(16), nullable=False),
                sa.Column("before", sa.String(16), nullable=False),
                sa.Column("after", sa.String(16), nullable=False),
                sa.Column("account_id", sa.Integer(), nullable=True),
                sa.Column("reason", sa.Text(), nullable=False),
                _to("application_steps", "account_id", "accounts"),
            ],
        ),
        (
            "application_comments",
            [
                sa.Column("account_id", sa.Integer(), nullable=False),
                sa.Column("at", MOMENT, nullable=False),
                sa.Column("internal", sa.Boolean(), server_default=sa.false(), nullable=False),
                sa.Column("text", sa.Text(), nullable=False),
                _to("application_comments", "account_id", "accounts"),
            ],
        ),
        (
            "application_waivers",
            [
                sa.Column("capability", sa.String(200), nullable=False),
                sa.Column("test", sa.String(200), nullable=False),
                sa.Column("wish", sa.Text(), nullable=False),
                sa.Column("asked_at", MOMENT, nullable=False),
                sa.Column("decided_at", MOMENT, nullable=True),
                sa.Column("decided_by_id", sa.Integer(), nullable=True),
                sa.Column("public", sa.String(200), nullable=False),
                sa.Column("reason", sa.Text(), nullable=False),
                sa.Column("expires_at", MOMENT, nullable=True),
                _to("application_waivers", "decided_by_id", "accounts"),
            ],
        ),
    )
    for table, columns in tables:
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("application_id", sa.Integer(), nullable=False),
            *columns,
            _to(table, "application_id", "applications"),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_application_id_id"), table, ["application_id", "id"])
    op.create_index(op.f("ix_application_steps_at"), "application_steps", ["at"])
    op.create_table(
        "application_blockers",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("test", sa.String(200), nullable=False),
        _to("application_blockers", "application_id", "applications"),
        sa.PrimaryKeyConstraint("application_id", "test", name=op.f("pk_application_blockers")),
    )
    op.create_index(op.f("ix_application_blockers_test"), "application_blockers", ["test"])


def downgrade() -> None:
    """Back to the one before."""
    for table in (
        "application_blockers",
        "application_waivers",
        "application_comments",
        "application_steps",
        "applications",
        "agreements",
    ):
        op.drop_table(table)
