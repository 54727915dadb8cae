"""Results kept small, private until they are shared; nonces; clouds that can be found.

What is there is rewritten: envelopes from zlib to Zstandard, with the outcomes beside them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from typing import Any

import sqlalchemy as sa
from alembic import op

from refcheck_server.migrations.repacking import dictionaries, packed, rows, unpacked

revision = "0011"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)
_OUTCOMES = ("passed", "failed", "extra", "absent", "error", "undecided", "flaky")
_WHOLE = b"\xff\xff\xff\xff\0\0\0\0"
"""Begins an envelope that is kept as it is."""


def upgrade() -> None:
    """To this revision."""
    bind = op.get_bind()
    bytewise = sa.String(400, collation="C" if bind.dialect.name == "postgresql" else None)
    op.create_table(
        "dictionaries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionaries")),
        sa.UniqueConstraint("name", name=op.f("uq_dictionaries_name")),
    )
    op.create_table(
        "suites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("tests", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suites")),
        sa.UniqueConstraint("sha256", name=op.f("uq_suites_sha256")),
    )
    op.create_table(
        "nonces",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_nonces_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_nonces")),
    )
    op.create_index(op.f("ix_nonces_expires_at"), "nonces", ["expires_at"])
    with op.batch_alter_table("clouds") as table:
        table.add_column(sa.Column("search", bytewise, nullable=True))
        table.add_column(
            sa.Column("stale", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.alter_column("latest_at", existing_type=MOMENT, nullable=True)
        table.drop_index(op.f("ix_clouds_latest_at"))
    op.execute("UPDATE clouds SET search = LOWER(COALESCE(label, digest))")
    with op.batch_alter_table("clouds") as table:
        table.alter_column("search", existing_type=bytewise, nullable=False)
        for column in ("latest_at", "search", "first_seen"):
            table.create_index(op.f(f"ix_clouds_{column}_id"), [column, "id"])
    stale = sa.text("stale")
    op.create_index(
        op.f("ix_clouds_stale"), "clouds", ["stale"], sqlite_where=stale, postgresql_where=stale
    )
    with op.batch_alter_table("results") as table:
        table.add_column(sa.Column("shared_at", MOMENT))
        table.add_column(sa.Column("nonce_at", MOMENT))
        table.add_column(sa.Column("suite_id", sa.Integer()))
        table.add_column(sa.Column("outcomes", sa.LargeBinary()))
        table.add_column(sa.Column("outcomes_sha256", sa.String(64)))
        table.add_column(sa.Column("dictionary_id", sa.Integer()))
        table.alter_column(
            "envelope", new_column_name="packed_envelope", existing_type=sa.LargeBinary()
        )
        for old in ("cloud_id_uploaded_at", "account_id", "uploaded_at"):
            table.drop_index(op.f(f"ix_results_{old}"))
    op.execute("UPDATE results SET shared_at = uploaded_at")
    _pack_results(bind)
    with op.batch_alter_table("results") as table:
        for name, kind in (
            ("suite_id", sa.Integer()),
            ("outcomes", sa.LargeBinary()),
            ("outcomes_sha256", sa.String(64)),
        ):
            table.alter_column(name, existing_type=kind, nullable=False)
        for name, other in (("suite_id", "suites"), ("dictionary_id", "dictionaries")):
            table.create_foreign_key(op.f(f"fk_results_{name}_{other}"), other, [name], ["id"])
        for columns in (
            ["cloud_id", "shared_at", "id"],
            ["account_id", "uploaded_at"],
            ["guideline_id", "id"],
        ):
            table.create_index(op.f(f"ix_results_{'_'.join(columns)}"), columns)


def _pack_results(bind: sa.Connection) -> None:
    results = sa.table(
        "results",
        *(sa.column(n) for n in ("id", "suite_id", "outcomes", "outcomes_sha256")),
        sa.column("packed_envelope", sa.LargeBinary()),
    )
    suites = sa.table("suites", sa.column("id"), sa.column("sha256"), sa.column("tests"))
    known: dict[str, int] = {}
    for result_id, envelope in rows(bind, "results", "packed_envelope"):
        body = zlib.decompress(envelope)
        statement = json.loads(base64.b64decode(json.loads(body)["payload"]))
        seen = sorted(
            (one["id"], one["name"], one["outcome"], one.get("reason", "")[:2000])
            for one in statement["predicate"]["outcomes"]
        )
        tests = json.dumps([one[:2] for one in seen], separators=(",", ":")).encode()
        sha256 = hashlib.sha256(tests).hexdigest()
        if sha256 not in known:
            known[sha256] = len(known) + 1
            bind.execute(
                suites.insert().values(id=known[sha256], sha256=sha256, tests=packed(tests))
            )
        codes = bytes(2 * _OUTCOMES.index(one[2]) + bool(one[3]) for one in seen)
        reasons = json.dumps([one[3] for one in seen if one[3]], separators=(",", ":"))
        digest = hashlib.sha256(json.dumps(seen, separators=(",", ":")).encode()).hexdigest()
        bind.execute(
            results.update()
            .where(results.c.id == result_id)
            .values(
                suite_id=known[sha256],
                outcomes=packed(codes + reasons.encode()),
                outcomes_sha256=digest,
                packed_envelope=packed(_WHOLE + body),
            )
        )
    if known and bind.dialect.name == "postgresql":
        op.execute(f"SELECT setval(pg_get_serial_sequence('suites', 'id'), {len(known)})")


def downgrade() -> None:
    """Back to the one before."""
    bind = op.get_bind()
    private = bind.execute(sa.text("SELECT COUNT(*) FROM results WHERE shared_at IS NULL")).scalar()
    if private:
        message = f"the older schema would publish {private} private results: share them first"
        raise RuntimeError(message)
    _unpack_results(bind, dictionaries(bind))
    with op.batch_alter_table("clouds") as table:
        for column in ("latest_at", "search", "first_seen"):
            table.drop_index(op.f(f"ix_clouds_{column}_id"))
        table.drop_index(op.f("ix_clouds_stale"))
        table.drop_column("search")
        table.drop_column("stale")
    op.execute("UPDATE clouds SET latest_at = first_seen WHERE latest_at IS NULL")
    with op.batch_alter_table("clouds") as table:
        table.alter_column("latest_at", existing_type=MOMENT, nullable=False)
        table.create_index(op.f("ix_clouds_latest_at"), ["latest_at"])
    for name in ("nonces", "suites", "dictionaries"):
        op.drop_table(name)


def _unpack_results(bind: sa.Connection, known: dict[int | None, Any]) -> None:
    results = sa.table("results", sa.column("id"), sa.column("packed_envelope", sa.LargeBinary()))
    for result_id, kept, dictionary in rows(bind, "results", "packed_envelope", "dictionary_id"):
        data = unpacked(kept, known[dictionary])
        bind.execute(
            results.update()
            .where(results.c.id == result_id)
            .values(packed_envelope=zlib.compress(_envelope(data)))
        )
    with op.batch_alter_table("results") as table:
        for columns in ("cloud_id_shared_at_id", "account_id_uploaded_at", "guideline_id_id"):
            table.drop_index(op.f(f"ix_results_{columns}"))
        table.drop_constraint(op.f("fk_results_suite_id_suites"), type_="foreignkey")
        table.drop_constraint(op.f("fk_results_dictionary_id_dictionaries"), type_="foreignkey")
        for name in (
            "shared_at", "nonce_at", "suite_id", "outcomes", "outcomes_sha256", "dictionary_id",
        ):  # fmt: skip
            table.drop_column(name)
        table.alter_column(
            "packed_envelope", new_column_name="envelope", existing_type=sa.LargeBinary()
        )
        table.create_index(op.f("ix_results_account_id"), ["account_id"])
        table.create_index(op.f("ix_results_cloud_id_uploaded_at"), ["cloud_id", "uploaded_at"])
        table.create_index(op.f("ix_results_uploaded_at"), ["uploaded_at"])


def _envelope(data: bytes) -> bytes:
    if data.startswith(_WHOLE):
        return data[len(_WHOLE) :]
    before, after = (int.from_bytes(data[at : at + 4]) for at in (0, 4))
    middle, end = 8 + before, 8 + before + after
    return data[8:middle] + base64.b64encode(data[end:]) + data[middle:end]
