"""Evidence of applications beside that of results, what is judged in its own row, and reminders."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision: str | None = "0022"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)
BLOBS = sa.table(
    "blobs", sa.column("sha256"), sa.column("size"), sa.column("touched_at", MOMENT),
    sa.column("content", sa.LargeBinary()),
)  # fmt: skip
ATTACHMENTS = sa.table(
    "attachments", sa.column("result_id"), sa.column("application_id"), sa.column("sha256"),
    sa.column("name"), sa.column("attached_at", MOMENT),
)  # fmt: skip
APPLICATIONS = sa.table(
    "applications", sa.column("id"), sa.column("code"), sa.column("begun_at", MOMENT)
)


def upgrade() -> None:
    """To this revision: what was pasted becomes a file under its digest."""
    op.add_column("application_waivers", sa.Column("reminded_at", MOMENT, nullable=True))
    op.add_column("blobs", sa.Column("content", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("attachments") as table:
        table.alter_column("result_id", existing_type=sa.String(32), nullable=True)
        table.add_column(sa.Column("application_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_attachments_application_id_applications"),
            "applications", ["application_id"], ["id"],
        )  # fmt: skip
        table.create_unique_constraint(
            op.f("uq_attachments_application_id_sha256"), ["application_id", "sha256"]
        )
    bind = op.get_bind()
    for one in bind.execute(sa.select(APPLICATIONS).where(APPLICATIONS.c.code != "")).all():
        _attach(bind, one)
    with op.batch_alter_table("applications") as table:
        table.drop_column("code")


def _attach(bind: sa.Connection, one: Any) -> None:
    content = one.code.encode()
    sha256 = hashlib.sha256(content).hexdigest()
    kept = bind.execute(
        BLOBS.update().where(BLOBS.c.sha256 == sha256).values(content=content)
    ).rowcount
    if not kept:
        given = {
            "sha256": sha256,
            "size": len(content),
            "touched_at": one.begun_at,
            "content": content,
        }
        bind.execute(BLOBS.insert(), given)
    ending = "json" if one.code.lstrip()[:1] == "{" else "yaml"
    given = {"application_id": one.id, "sha256": sha256, "name": f"code.{ending}"}
    bind.execute(ATTACHMENTS.insert(), {**given, "attached_at": one.begun_at})


def downgrade() -> None:
    """Back to the one before: one file of each application is its text again."""
    bind = op.get_bind()
    op.add_column("applications", sa.Column("code", sa.Text(), nullable=False, server_default=""))
    for number, content in _contents(bind).items():
        own = APPLICATIONS.c.id == number
        bind.execute(APPLICATIONS.update().where(own).values(code=content.decode("utf-8-sig")))
    with op.batch_alter_table("applications") as table:
        table.alter_column("code", existing_type=sa.Text(), server_default=None)
    bind.execute(ATTACHMENTS.delete().where(ATTACHMENTS.c.application_id.is_not(None)))
    bind.execute(BLOBS.delete().where(BLOBS.c.content.is_not(None), ~_is_used()))
    with op.batch_alter_table("attachments") as table:
        table.drop_constraint(op.f("uq_attachments_application_id_sha256"), type_="unique")
        table.drop_constraint(
            op.f("fk_attachments_application_id_applications"), type_="foreignkey"
        )
        table.drop_column("application_id")
        table.alter_column("result_id", existing_type=sa.String(32), nullable=False)
    op.drop_column("blobs", "content")
    op.drop_column("application_waivers", "reminded_at")


def _contents(bind: sa.Connection) -> Mapping[int, bytes]:
    found = bind.execute(
        sa.select(ATTACHMENTS.c.application_id, BLOBS.c.content)
        .join(BLOBS, BLOBS.c.sha256 == ATTACHMENTS.c.sha256)
        .where(ATTACHMENTS.c.application_id.is_not(None))
    )
    return dict(found.tuples().all())


def _is_used() -> sa.ColumnElement[bool]:
    return sa.exists().where(ATTACHMENTS.c.sha256 == BLOBS.c.sha256)
