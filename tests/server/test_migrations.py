"""The schema: a new one, and down to the first one and up again with data in it, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from refcheck_server import migrating
from refcheck_server.accounts import services
from refcheck_server.accounts.models import Token
from refcheck_server.accounts.rights import Role
from refcheck_server.app import create_app
from refcheck_server.audit.checking import check
from refcheck_server.columns import Base
from refcheck_server.database import Database, DatabaseFault
from refcheck_server.results.models import StoredResult
from refcheck_server.review.models import Application
from refcheck_server.settings import from_environment
from sqlalchemy import MetaData, inspect, select, text

from tests.server import samples
from tests.server.conftest import NOW, Clock, Registry
from tests.server.review.stage import stage

FIRST = "0020"


@pytest.fixture
def database(empty_database):
    made = Database(from_environment({}, database=empty_database).database_url)
    yield made
    made.engine.dispose()


@pytest.fixture
def filled(database: Database) -> Registry:
    """A registry with results, verdicts, a vendor, a product and a published application."""
    migrating.upgrade(database)
    app = create_app(from_environment({}, database=database.url), now=Clock())
    registry = Registry(
        from_environment({}, database=database.url), database, app.test_client(), Clock()
    )
    registry.join("example")
    assert registry.submit(samples.result(samples.mixed)).status_code == 201
    stage(registry, "applicant").brought_to("published")
    app.extensions["refcheck_database"].engine.dispose()
    return registry


Rows = dict[str, list[dict[str, Any]]]


def rows(database: Database) -> Rows:
    """Every row, as the database has it, by table."""
    with database.engine.connect() as connection:
        found = MetaData()
        found.reflect(connection)
        return {
            name: sorted(map(dict, connection.execute(select(table)).mappings()), key=repr)
            for name, table in found.tables.items()
            if name != "alembic_version"
        }


MOVED = frozenset({"blobs", "attachments"})
"""Tables whose rows a migration moves; a test of its own is about them."""


def shared(some: Rows, others: Rows) -> tuple[Rows, Rows]:
    """As much of both as there are tables and columns in either."""
    columns = {
        table: set(found[0]) & set(others[table][0])
        for table, found in some.items()
        if table not in MOVED and found and others.get(table)
    }

    def cut(of: Rows) -> Rows:
        return {
            table: sorted(({name: row[name] for name in names} for row in of[table]), key=repr)
            for table, names in columns.items()
        }

    return cut(some), cut(others)


def differences(database: Database) -> list[Any]:
    """What the tables have otherwise than the models say."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return compare_metadata(context, Base.metadata)


def test_a_new_database_and_one_that_was_migrated_have_the_tables_that_the_models_say(database):
    assert migrating.upgrade(database) is None
    assert differences(database) == []
    migrating.downgrade(database, FIRST)
    assert differences(database) != []
    assert migrating.upgrade(database) == FIRST
    assert differences(database) == []


References = set[tuple[str, tuple[str, ...], str, tuple[str, ...], str | None]]


def references(database: Database) -> References:
    """Which columns of which table refer to which others, and what goes with what they refer to."""
    found = inspect(database.engine)
    return {
        (
            table,
            tuple(one["constrained_columns"]),
            one["referred_table"],
            tuple(one["referred_columns"]),
            one["options"].get("ondelete"),
        )
        for table in found.get_table_names()
        for one in found.get_foreign_keys(table)
    }


def test_a_database_that_was_migrated_has_the_references_that_the_models_say(database):
    said: References = {
        (
            table.name,
            tuple(one.column_keys),
            one.referred_table.name,
            tuple(element.column.name for element in one.elements),
            one.ondelete,
        )
        for table in Base.metadata.tables.values()
        for one in table.foreign_key_constraints
    }
    migrating.upgrade(database)
    assert references(database) == said
    migrating.downgrade(database, FIRST)
    migrating.upgrade(database)
    assert references(database) == said


def test_every_row_outlives_going_down_to_the_first_schema_and_up_again(database, filled):
    before = rows(database)
    assert all(before[name] for name in ("results", "verdicts", "applications", "audit_events"))
    migrating.downgrade(database, FIRST)
    below = rows(database)
    kept, had = shared(below, before)
    assert kept == had
    migrating.upgrade(database)
    kept, has = shared(below, rows(database))
    assert kept == has
    with database.session() as session:
        assert check(session, [], []).faults == ()
    assert filled.client.get("/api/v1/clouds").get_json()["total"] == 2


def test_evidence_that_was_pasted_becomes_a_file_and_going_down_it_is_text_again(database, filled):
    made = stage(filled, "second")
    number = made.brought_to("published")
    [file] = made.told(number)["evidence"]
    migrating.downgrade(database, "0022")
    with database.engine.connect() as connection:
        assert made.code in connection.scalars(text("SELECT code FROM applications")).all()
        assert connection.scalar(text("SELECT count(*) FROM blobs")) == 0
    migrating.upgrade(database)
    assert [one["sha256"] for one in made.told(number)["evidence"]] == [file["sha256"]]
    again = made.ask(made.owner, "GET", f"/applications/{number}/evidence/{file['sha256']}")
    assert again.data.decode() == made.code
    assert made.done(number, "revoke")["state"] == "revoked"


def test_a_published_application_has_its_cloud_again_after_going_down_and_up(database, filled):
    query = select(Application.published_cloud_id, StoredResult.cloud_id).join(Application.result)
    for before in ("0027", FIRST):
        migrating.downgrade(database, before)
        migrating.upgrade(database)
        with database.session() as session:
            assert {len(set(row)) for row in session.execute(query)} == {1}


def test_the_log_still_refuses_to_be_changed_after_going_down_and_up(database, filled):
    migrating.downgrade(database, FIRST)
    migrating.upgrade(database)
    with pytest.raises(Exception, match="only ever added to"), database.engine.begin() as one:
        one.execute(text("UPDATE audit_events SET actor = 'nobody'"))


def test_a_token_that_the_first_schema_would_take_for_more_than_it_is_is_revoked(database):
    migrating.upgrade(database)
    with database.session() as session, session.begin():
        for name, role in (("reviewer", Role.REVIEWER), ("sender", Role.SUBMITTER)):
            account = services.add_account(session, name, now=NOW, role=role)
            for strong in (True, False):
                services.new_token(session, account, now=NOW, strong=strong)
    migrating.downgrade(database, FIRST)
    migrating.upgrade(database)
    with database.session() as session:
        found = session.scalars(select(Token).order_by(Token.id)).all()
        assert [one.revoked_at is None for one in found] == [True, False, True, True]


def test_what_is_somebody_else_s_is_left_alone(database):
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE accounts (theirs INTEGER)"))
    with pytest.raises(DatabaseFault, match="accounts"):
        migrating.upgrade(database)
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["accounts"]


@pytest.mark.parametrize("step", ["stamp", "upgrade"])
def test_a_migration_that_breaks_half_way_changes_nothing(database, monkeypatch, step):
    if step == "upgrade":
        migrating.upgrade(database)
        migrating.downgrade(database, FIRST)
    before = rows(database)
    real = getattr(migrating.command, step)

    def broken(config, revision):
        real(config, revision)
        config.attributes["connection"].execute(text("SELECT * FROM no_such_table"))

    monkeypatch.setattr(migrating.command, step, broken)
    with pytest.raises(DatabaseFault):
        migrating.upgrade(database)
    assert rows(database) == before
    with database.engine.connect() as connection:
        assert inspect(connection).has_table("passkeys") is False
