"""Results are found by guideline and outcomes, so that those judged alike are judged together."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision: str | None = "0019"
branch_labels: str | None = None
depends_on: str | None = None

_BEFORE = ("guideline_id", "id")
_NOW = ("guideline_id", "outcomes_sha256", "id")


def upgrade() -> None:
    """To this revision."""
    _replace(_BEFORE, _NOW)


def downgrade() -> None:
    """Back to the one before."""
    _replace(_NOW, _BEFORE)


def _replace(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    op.drop_index(op.f(f"ix_results_{'_'.join(old)}"), table_name="results")
    op.create_index(op.f(f"ix_results_{'_'.join(new)}"), "results", list(new))
