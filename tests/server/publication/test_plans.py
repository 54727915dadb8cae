"""How the databases look for what the lists of clouds and results show, among very many rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.bench.registry_rows import fill
from tests.server.conftest import Registry

RESULTS = 5000
MARKS = "published_cloud_id IN"
BY_CLOUD = "ix_applications_published_cloud_id"
LISTS = (
    "/",
    "/api/v1/clouds",
    "/?sort=name",
    "/?sort=first-seen&order=asc",
    "/?search=0000",
    "/?target=compute&guideline=2020.06&qualifies=no",
    "/?mark=approved",
)
GROWING = "(?:results|judgements|verdicts|clouds|applications|standings)"
WALKED = re.compile(rf"SCAN {GROWING}$|Seq Scan on {GROWING}  ", re.MULTILINE)
"""A table that grows, read from its beginning to its end for what a list shows."""


@pytest.fixture
def full(registry: Registry) -> Registry:
    """A registry with many results; SQLite never looked its tables over, PostgreSQL does by itself."""
    fill(registry, RESULTS)
    if is_sqlite(registry):
        with registry.database.engine.begin() as connection:
            connection.execute(text("DROP TABLE sqlite_stat1"))
        registry.database.engine.dispose()
    return registry


def is_sqlite(registry: Registry) -> bool:
    return registry.database.engine.dialect.name == "sqlite"


def plans(registry: Registry, address: str) -> Iterator[tuple[str, str]]:
    """Each statement that a page takes, and how the database would run it."""
    seen: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, values, *_rest):
        seen.append((statement, values))

    event.listen(registry.database.engine, "before_cursor_execute", note)
    assert registry.client.get(address).status_code == 200
    event.remove(registry.database.engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if is_sqlite(registry) else "EXPLAIN"
    with registry.database.engine.connect() as connection:
        for statement, values in seen:
            rows = connection.exec_driver_sql(f"{explain} {statement}", values)
            yield statement, "\n".join(row[-1] for row in rows)


def test_the_marks_of_listed_clouds_are_found_by_their_clouds(full):
    for address in LISTS:
        found = [plan for statement, plan in plans(full, address) if MARKS in statement]
        assert len(found) == 1
        assert BY_CLOUD in found[0], (address, found)
        assert not WALKED.search(found[0]), (address, found)


def test_a_cloud_and_its_results_are_found_without_walking_through_a_table(full):
    digest = full.client.get("/api/v1/clouds").get_json()["clouds"][-1]["digest"]
    for address in (f"/clouds/{digest}", f"/clouds/{digest}?target=compute&sort=ended"):
        found = list(plans(full, address))
        assert len(found) > 3
        assert [one for one in found if WALKED.search(one[1])] == []
