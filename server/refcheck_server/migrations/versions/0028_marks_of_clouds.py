"""The cloud that a published application speaks for, and no more indexes that nothing reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision: str | None = "0027"
branch_labels: str | None = None
depends_on: str | None = None

FILL = """
UPDATE applications SET published_cloud_id = (
    SELECT results.cloud_id FROM results
    JOIN judgements ON judgements.result_id = results.id
    JOIN verdicts ON verdicts.judgement_id = judgements.id
    WHERE verdicts.id = applications.published_verdict_id
)
"""
COLUMN, INDEX = "published_cloud_id", "ix_applications_published_cloud_id"
REFERENCE = "fk_applications_published_cloud_id_clouds"
ONCE = "uq_results_payload_sha256"
UNUSED = [("results", "key_id"), ("standings", "verdict_id")]


def upgrade() -> None:
    """To this revision."""
    with op.batch_alter_table("applications") as applications:
        applications.add_column(sa.Column(COLUMN, sa.Integer(), nullable=True))
        applications.create_foreign_key(op.f(REFERENCE), "clouds", [COLUMN], ["id"])
    op.execute(FILL)
    op.create_index(op.f(INDEX), "applications", [COLUMN])
    for table, column in UNUSED:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    with op.batch_alter_table("results") as results:
        results.drop_constraint(op.f(ONCE), type_="unique")  # the id is the first half of it


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("results") as results:
        results.create_unique_constraint(op.f(ONCE), ["payload_sha256"])
    for table, column in UNUSED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.drop_index(op.f(INDEX), "applications")
    with op.batch_alter_table("applications") as applications:
        applications.drop_constraint(op.f(REFERENCE), type_="foreignkey")
        applications.drop_column(COLUMN)
