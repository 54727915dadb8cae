"""Judgements: the verdicts on a result together; standings that lists are filtered by.

What is there is rewritten: the documents of verdicts from zlib to Zstandard, one for all programs.
"""

from __future__ import annotations

import zlib
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from refcheck_server.migrations.repacking import dictionaries, packed, rows, unpacked

revision = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)
_MAIN = ("platform", "compute", "object")


def upgrade() -> None:
    """To this revision."""
    _judgements_from_verdicts(op.get_bind())
    _standings_with_columns()


def _judgements_from_verdicts(bind: sa.Connection) -> None:
    judgements = op.create_table(
        "judgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.String(32), nullable=False),
        sa.Column("guideline_id", sa.String(200), nullable=False),
        sa.Column("guideline_sha256", sa.String(64), nullable=False),
        sa.Column("guideline_status", sa.String(200), nullable=False),
        sa.Column("engine", sa.String(200), nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("dictionary_id", sa.Integer(), nullable=True),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["results.id"], name=op.f("fk_judgements_result_id_results")
        ),
        sa.ForeignKeyConstraint(
            ["dictionary_id"],
            ["dictionaries.id"],
            name=op.f("fk_judgements_dictionary_id_dictionaries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements")),
    )
    op.create_index(op.f("ix_judgements_result_id_current"), "judgements", ["result_id", "current"])
    with op.batch_alter_table("verdicts") as table:
        table.add_column(sa.Column("judgement_id", sa.Integer()))
        table.add_column(sa.Column("place", sa.Integer()))
        table.drop_index(op.f("ix_verdicts_guideline_id"))
        table.drop_index(op.f("ix_verdicts_result_id_target"))
    shared = (
        "result_id", "guideline_id", "guideline_sha256", "guideline_status", "engine", "judged_at",
    )  # fmt: skip
    verdicts = sa.table(
        "verdicts",
        *(sa.column(n) for n in ("id", "judgement_id", "place", *shared[:-1])),
        sa.column("judged_at", MOMENT),
        sa.column("document", sa.LargeBinary()),
    )
    columns = [verdicts.c[name] for name in shared]
    written = bind.execute(
        sa.select(*columns, verdicts.c.id).order_by(verdicts.c.result_id, verdicts.c.id)
    ).all()
    number = 0
    for key, several in groupby(written, key=lambda row: tuple(row[:-1])):
        number += 1
        ids = [row.id for row in several]
        texts = [
            zlib.decompress(
                bind.execute(
                    sa.select(verdicts.c.document).where(verdicts.c.id == one)
                ).scalar_one()
            )
            for one in ids
        ]
        bind.execute(
            judgements.insert().values(
                id=number,
                **dict(zip(shared, key, strict=True)),
                current=True,
                documents=packed(b"\n".join(texts)),
            )
        )
        for place, verdict_id in enumerate(ids):
            bind.execute(
                verdicts.update()
                .where(verdicts.c.id == verdict_id)
                .values(judgement_id=number, place=place)
            )
    if number and bind.dialect.name == "postgresql":
        op.execute(f"SELECT setval(pg_get_serial_sequence('judgements', 'id'), {number})")
    with op.batch_alter_table("verdicts") as table:
        table.drop_constraint(op.f("fk_verdicts_result_id_results"), type_="foreignkey")
        for name in (*shared, "document"):
            table.drop_column(name)
        table.alter_column("judgement_id", existing_type=sa.Integer(), nullable=False)
        table.alter_column("place", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(
            op.f("fk_verdicts_judgement_id_judgements"), "judgements", ["judgement_id"], ["id"]
        )
        table.create_index(
            op.f("ix_verdicts_judgement_id_place"), ["judgement_id", "place"], unique=True
        )


def _standings_with_columns() -> None:
    with op.batch_alter_table("standings") as table:
        table.add_column(sa.Column("guideline_id", sa.String(200)))
        table.add_column(sa.Column("qualifies", sa.Boolean()))
        table.add_column(sa.Column("decided", sa.Boolean()))
        table.add_column(sa.Column("strength", sa.Integer()))
        table.add_column(sa.Column("ended", MOMENT))
    rank = " ".join(f"WHEN '{name}' THEN {3 - place}" for place, name in enumerate(_MAIN))
    joined = (
        "FROM verdicts v JOIN judgements j ON j.id = v.judgement_id "
        "JOIN results r ON r.id = j.result_id WHERE v.id = standings.verdict_id"
    )
    op.execute(
        f"UPDATE standings SET guideline_id = (SELECT j.guideline_id {joined}), "  # noqa: S608
        f"qualifies = (SELECT v.qualifies {joined}), ended = (SELECT r.ended {joined}), "
        f"decided = (SELECT v.capability_rule <> 'undecidable' {joined}), "
        "strength = (SELECT CASE WHEN v.qualifies THEN 30 WHEN v.capability_rule = 'held' THEN 20 "
        f"WHEN v.capability_rule = 'undecidable' THEN 10 ELSE 0 END + CASE v.target {rank} ELSE 0 "
        f"END {joined})"
    )
    op.execute(
        "INSERT INTO standings SELECT s.cloud_id, '*', s.verdict_id, s.guideline_id, s.qualifies, "
        "s.decided, s.strength, s.ended FROM standings s WHERE s.target = (SELECT o.target FROM "
        "standings o WHERE o.cloud_id = s.cloud_id ORDER BY o.strength DESC, o.target LIMIT 1)"
    )
    with op.batch_alter_table("standings") as table:
        for name, kind in (
            ("guideline_id", sa.String(200)),
            ("qualifies", sa.Boolean()),
            ("decided", sa.Boolean()),
            ("strength", sa.Integer()),
            ("ended", MOMENT),
        ):
            table.alter_column(name, existing_type=kind, nullable=False)
        for columns in (
            ["target", "ended", "cloud_id"],
            ["target", "guideline_id", "ended", "cloud_id"],
            ["target", "qualifies", "ended", "cloud_id"],
            ["target", "guideline_id", "qualifies", "ended", "cloud_id"],
        ):
            table.create_index(op.f(f"ix_standings_{'_'.join(columns)}"), columns)


def downgrade() -> None:
    """Back to the one before; of several judgements of a result the newest stays the last."""
    op.execute("DELETE FROM standings WHERE target = '*'")
    with op.batch_alter_table("standings") as table:
        for columns in (
            "target_ended_cloud_id",
            "target_guideline_id_ended_cloud_id",
            "target_qualifies_ended_cloud_id",
            "target_guideline_id_qualifies_ended_cloud_id",
        ):
            table.drop_index(op.f(f"ix_standings_{columns}"))
        for name in ("guideline_id", "qualifies", "decided", "strength", "ended"):
            table.drop_column(name)
    bind = op.get_bind()
    _verdicts_from_judgements(bind, dictionaries(bind))


def _verdicts_from_judgements(bind: sa.Connection, known: dict[int | None, Any]) -> None:
    shared = (
        ("result_id", sa.String(32)),
        ("guideline_id", sa.String(200)),
        ("guideline_sha256", sa.String(64)),
        ("guideline_status", sa.String(200)),
        ("engine", sa.String(200)),
        ("judged_at", MOMENT),
    )
    with op.batch_alter_table("verdicts") as table:
        for name, kind in shared:
            table.add_column(sa.Column(name, kind))
        table.add_column(sa.Column("document", sa.LargeBinary()))
    for name, _ in shared:
        op.execute(
            f"UPDATE verdicts SET {name} = (SELECT j.{name} FROM judgements j "  # noqa: S608
            "WHERE j.id = verdicts.judgement_id)"
        )
    verdicts = sa.table(
        "verdicts",
        *(sa.column(name) for name in ("judgement_id", "place")),
        sa.column("document", sa.LargeBinary()),
    )
    for number, documents, dictionary in rows(bind, "judgements", "documents", "dictionary_id"):
        for place, text in enumerate(unpacked(documents, known[dictionary]).split(b"\n")):
            bind.execute(
                verdicts.update()
                .where(verdicts.c.judgement_id == number, verdicts.c.place == place)
                .values(document=zlib.compress(text))
            )
    with op.batch_alter_table("verdicts") as table:
        table.drop_index(op.f("ix_verdicts_judgement_id_place"))
        table.drop_constraint(op.f("fk_verdicts_judgement_id_judgements"), type_="foreignkey")
        table.drop_column("judgement_id")
        table.drop_column("place")
        for name, kind in shared:
            table.alter_column(name, existing_type=kind, nullable=False)
        table.alter_column("document", existing_type=sa.LargeBinary(), nullable=False)
        table.create_foreign_key(
            op.f("fk_verdicts_result_id_results"), "results", ["result_id"], ["id"]
        )
        table.create_index(op.f("ix_verdicts_guideline_id"), ["guideline_id"])
        table.create_index(op.f("ix_verdicts_result_id_target"), ["result_id", "target"])
    op.drop_table("judgements")
