"""A registry with many rows, written by the database itself: results are copies of real ones.

Every copy has its own id, cloud (ten results each) and times; one cloud in a thousand has a label.
Of envelope and verdicts' documents a copy has only the beginning: no list reads them. The first
thousand clouds run a version of a product for which a mark was published.
"""

# ruff: noqa: S608 - a benchmark puts its own words together

from __future__ import annotations

from refcheck_server.accounts.models import Membership
from refcheck_server.products.models import Product, ProductVersion
from refcheck_server.vendors.models import Vendor, VendorState
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
_LATER = {
    "sqlite": "'2099-01-01 00:00:00.000000'",
    "postgresql": "timestamptz '2099-01-01 00:00:00+00'",
}
_TEN = 10
_MARKS = 1000
_FAR = 1_000_000_000
"""Numbers of what was published begin here."""


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
    version = _version(registry)
    copied_judgement = "guideline_id, guideline_sha256, guideline_status, engine, judged_at, dictionary_id, documents"
    steps += [
        (
            f"INSERT INTO judgements (id, result_id, current, {copied_judgement}) SELECT {_FAR} + n.i, "
            f"{hexed.format('n.i')}, false, {copied_judgement} FROM {series} n, judgements j "
            f"WHERE j.id = 1001 AND n.i <= {min(clouds, _MARKS)}"
        ),
        (
            "INSERT INTO verdicts (id, judgement_id, place, target, title, qualifies, capability_rule, "
            f"designated_code_rule, mark, required_tests, required_passed) SELECT {_FAR} + n.i, "
            f"{_FAR} + n.i, 0, target, title, true, 'held', 'held', title, required_tests, "
            f"required_tests FROM {series} n, verdicts v WHERE v.judgement_id = 1001 AND v.place = 0 "
            f"AND n.i <= {min(clouds, _MARKS)}"
        ),
        (
            "INSERT INTO runs_version (cloud_id, version_id, linked_at, linked_by_id) "
            f"SELECT 1000 + n.i, {version}, {at}, 1 FROM {series} n WHERE n.i <= {min(clouds, _MARKS)}"
        ),
        (
            "INSERT INTO applications (id, version_id, target, result_id, note, author_id, state, "
            "begun_at, since, expires_at, verdict, verdict_sha256, title, qualifies, mark, judged_at, "
            f"published_verdict_id, published_cloud_id, revision) SELECT n.i, {version}, v.target, {hexed.format('n.i')}, "
            f"'', 1, CASE WHEN n.i % 5 = 0 THEN 'expired' ELSE 'published' END, {at}, {at}, "
            f"{_LATER[name]}, j.documents, j.guideline_sha256, v.title, true, v.title, {at}, v.id, 1000 + n.i, 1 "
            f"FROM {series} n JOIN verdicts v ON v.id = {_FAR} + n.i "
            f"JOIN judgements j ON j.id = v.judgement_id WHERE n.i <= {min(clouds, _MARKS)}"
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


def _version(registry: Registry) -> int:
    """A version of a product of a vendor that everyone may see, and that the account belongs to."""
    with registry.session() as session, session.begin():
        now = registry.clock()
        vendor = Vendor(
            slug="vendor", name="Vendor", website="", contact="", description="",
            state=VendorState.APPROVED, registered_at=now,
        )  # fmt: skip
        product = Product(
            vendor=vendor, slug="product", name="Product", kind="public cloud", website="",
            description="", added_at=now,
        )  # fmt: skip
        version = ProductVersion(product=product, name="1", added_at=now)
        session.add(version)
        session.flush()
        member = Membership(vendor_id=vendor.id, account_id=1, role="submitter", since=now)
        session.add(member)
        return version.id
