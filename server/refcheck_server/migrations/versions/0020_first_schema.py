"""The first schema that a database can come from, and go back to.

It makes nothing: a new database gets the newest tables, from the models (`migrations/env.py`).
"""

from __future__ import annotations

revision = "0020"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """To this revision."""


def downgrade() -> None:
    """There is nothing before it.

    Raises:
        RuntimeError: always; the data would go.
    """
    message = "there is no schema before the first one"
    raise RuntimeError(message)
