"""Bringing a database to the schema that this version of the registry expects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError, OperationalError

from refcheck_server.database import Database, DatabaseFault

_LOCK = 7_262_341
"""Any number, the same for all: two registries that start together migrate one after the other."""


def upgrade(database: Database) -> str | None:
    """Migrate to the newest schema, all of it or nothing; returns the revision before.

    Raises:
        DatabaseFault: the database cannot be reached, is not ours, or of a newer version.
    """
    with _migrating(database) as (config, connection):
        before = revision_of(connection)
        if before is None:
            _set_up(config)
        elif before in _known(config):
            command.upgrade(config, "head")
        else:
            raise DatabaseFault(
                f"the database is at revision {before}, which this version does not know",
                where=database.engine.url.render_as_string(),
                next_step="Use the newest refcheck.",
            )
        return before


def downgrade(database: Database, revision: str) -> None:
    """Migrate down to `revision`, all of it or nothing."""
    with _migrating(database) as (config, _):
        command.downgrade(config, revision)


def prepare(database: Database) -> None:
    """Set up a new database; leave one that is up to date as it is.

    Raises:
        DatabaseFault: the schema is older or newer than this version of the registry.
    """
    with _migrating(database) as (config, connection):
        current = revision_of(connection)
        if current is None:
            _set_up(config)
        elif current != newest():
            raise DatabaseFault(
                f"the database is at revision {current}, this registry needs {newest()}",
                where=database.engine.url.render_as_string(),
                next_step="Run `refcheck registry db upgrade` with the newest refcheck.",
            )


def revision_of(connection: Connection) -> str | None:
    """The revision that a database is at; None for one without a schema."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this version of the registry needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _set_up(config: Config) -> None:
    """Give a new database the tables that the models say, as of the newest revision."""
    config.attributes["new"] = True
    command.stamp(config, "head")


def _config() -> Config:
    config = Config(attributes={"new": False})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def _known(config: Config) -> set[str]:
    return {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}


@contextmanager
def _migrating(database: Database) -> Iterator[tuple[Config, Connection]]:
    config = _config()
    try:
        with database.engine.connect() as connection, _references_not_followed(connection):
            _begin(connection)
            config.attributes["connection"] = connection
            yield config, connection
            _check_references(connection)
            connection.commit()
    except (OperationalError, DatabaseError) as error:
        raise DatabaseFault(
            f"cannot use the database ({str(error.orig).splitlines()[0]})",
            where=database.engine.url.render_as_string(),
            next_step="Check the address, that the server runs, and that the disk is not full.",
        ) from error


@contextmanager
def _references_not_followed(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild a table that others refer to; it is looked over before the end."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # does nothing inside a transaction
    connection.rollback()
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if lost:
        raise DatabaseFault(
            f"after the migration {len(lost)} rows of {lost[0][0]} would refer to nothing",
            where=connection.engine.url.render_as_string(),
            next_step="Nothing was changed. Please report it.",
        )


def _begin(connection: Connection) -> None:
    """Open a transaction that covers the changes of tables too, and wait for other migrations."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
