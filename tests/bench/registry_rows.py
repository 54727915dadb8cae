"""A registry with many rows, written by the database itself: results are copies of real ones.

Every copy has its own id, cloud (ten results each) and times; one cloud in a thousand has a label.
Of envelope and verdicts' documents a copy has only the beginning: no list reads them.
"""

# ruff: noqa: S608 - a benchmark puts its own words together

from __future__ import annotations

from sqlalchemy import text

from tests.server import samples
from tests.server.conftest import Registry

_SERIES = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
    "SELECT i FROM n)",
    "postgresql": "(SELECT generate_series(1, :count) AS i)",
}
_HEX = {"sqlite": "printf('%032x', {})", "postgresql": "lpad(to_hex({}), 32, '0')"}
_MOMENT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', '2020-01-01', '+' || {} || ' seconds') || '000'",
    "postgresql": "timestamptz '2020-01-01 00:00:00+00' + {} * interval '1 second'",
}
_TEN = 10


def fill(registry: Registry, count: int) -> str:
    """Make `count` results; the id of a real one."""
    real = registry.submit(samples.result(samples.mixed, cloud="f" * 64)).get_json()["id"]
    name = registry.database.engine.dialect.name
    series, hexed, moment = _SERIES[name], _HEX[name], _MOMENT[name]
    clouds = max(1, count // _TEN)
    wide = f"{hexed.format('n.i')} || {hexed.format('n.i')}"
    copied = (
        "account_id, key_id, run_id, deployment, started, complete, guideline_id, "
        "guideline_sha256, target, tool_version, suite_sha256, suite_id, outcomes, "
        "outcomes_sha256, dictionary_id"
    )
    aliased = ", ".join(f"r.{one.strip()}" for one in copied.split(","))
    at = moment.format("n.i")
    steps = [
        (
            f"INSERT INTO clouds (id, digest, label, search, holder_id, first_seen, latest_at) "
            f"SELECT 1000 + n.i, {wide}, CASE WHEN n.i % 1000 = 0 THEN 'Cloud ' || n.i END, "
            f"CASE WHEN n.i % 1000 = 0 THEN 'cloud ' || n.i ELSE {wide} END, 1, {at}, {at} "
            f"FROM {series} n WHERE n.i <= {clouds}"
        ),
        (
            f"INSERT INTO results (id, payload_sha256, cloud_id, uploaded_at, shared_at, ended, "
            f"{copied}, packed_envelope) SELECT {hexed.format('n.i')}, {wide}, "
            f"1001 + (n.i - 1) % {clouds}, {at}, {at}, {at}, {aliased}, substr(r.packed_envelope, 1, 16) FROM {series} n, results r WHERE r.id = :real"
        ),
        (
            "INSERT INTO judgements (id, result_id, guideline_id, guideline_sha256, guideline_status, "
            "engine, judged_at, current, dictionary_id, documents) SELECT 1000 + n.i, "
            f"{hexed.format('n.i')}, j.guideline_id, j.guideline_sha256, j.guideline_status, j.engine, "
            f"j.judged_at, j.current, j.dictionary_id, substr(j.documents, 1, 16) FROM {series} n, judgements j "
            "WHERE j.result_id = :real"
        ),
        (
            "INSERT INTO verdicts (id, judgement_id, place, target, title, qualifies, capability_rule, "
            "designated_code_rule, mark, required_tests, required_passed) SELECT 1000 + 3 * n.i + "
            "v.place, 1000 + n.i, v.place, v.target, v.title, v.qualifies, v.capability_rule, "
            "v.designated_code_rule, v.mark, v.required_tests, v.required_passed "
            f"FROM {series} n, verdicts v WHERE v.judgement_id = 1"
        ),
        (
            "INSERT INTO standings (cloud_id, target, verdict_id, guideline_id, qualifies, decided, "
            "strength, ended) SELECT 1000 + n.i, s.target, 1000 + 3 * n.i + v.place, s.guideline_id, "
            f"s.qualifies, s.decided, s.strength, {at} FROM {series} n, standings s "
            f"JOIN verdicts v ON v.id = s.verdict_id WHERE s.cloud_id = 1 AND n.i <= {clouds}"
        ),
    ]
    with registry.database.engine.begin() as connection:
        if name == "sqlite":
            for pragma in ("synchronous=OFF", "cache_size=-2000000"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
        for step in steps:
            given = {"count": count, "real": real} if ":real" in step else {"count": count}
            connection.execute(text(step), given)
    with registry.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    registry.database.engine.dispose()  # and with it how this connection was told to hurry
    return str(real)
