"""The database: engine, and one session per request."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, g
from sqlalchemy import CursorResult, Delete, Update, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from refcheck.errors import WrongUse
from refcheck_server.columns import Base, table_of

_SQLITE_WAIT = 30
"""Seconds that a writer waits for another one."""


class DatabaseFault(WrongUse):
    """The database cannot be reached, written to, or is at another version of the schema."""


class Database:
    """One engine and the sessions made from it.

    Args:
        url: SQLAlchemy address.

    Raises:
        DatabaseFault: when the folder of a SQLite file cannot be made.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._kept: dict[str, Any] = {}
        address = make_url(url)
        # hide_parameters: an error is logged, and what was to be stored may be secret
        if address.get_backend_name() == "sqlite":
            _make_folder(address.database)
            self.engine = create_engine(
                address, connect_args={"timeout": _SQLITE_WAIT}, hide_parameters=True
            )
            event.listen(self.engine, "connect", _set_up_sqlite)
        else:
            self.engine = create_engine(address, pool_pre_ping=True, hide_parameters=True)

    def session(self) -> Session:
        """A new session; its user closes it."""
        return Session(self.engine, expire_on_commit=False, info={"kept": self._kept})


def kept(session: Session, name: str) -> Any:
    """A dictionary that all sessions of a database share: what never changes, by its id."""
    return session.info.setdefault("kept", {}).setdefault(name, {})


def dialect_of(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def rows_changed(session: Session, statement: Update | Delete) -> int:
    """How many rows a statement changed, or removed."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def insert_into(dialect: str, model: type[Base]) -> Any:
    """An insert that can say what to do when the row is there: both databases call it alike.

    Make one once and execute it with rows: to put a statement together takes longer than to run it.
    """
    return (sqlite if dialect == "sqlite" else postgresql).insert(table_of(model))


def _make_folder(file: str | None) -> None:
    if not file or file == ":memory:":
        raise DatabaseFault(
            "a registry in memory would forget every result",
            where="sqlite",
            next_step="Name a file: sqlite:////folder/registry.db.",
        )
    folder = Path(file).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseFault(
            f"cannot make the folder ({error.strerror})",
            where=str(folder),
            next_step="Name a folder that you may write to with --data.",
        ) from error


def _set_up_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers do not wait for the writer
    cursor.execute("PRAGMA synchronous=FULL")  # what was acknowledged survives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def attach(app: Flask, database: Database) -> None:
    """Give `app` this database, and close each request's session at its end."""
    app.extensions["refcheck_database"] = database
    app.teardown_appcontext(_close)


def current_session() -> Session:
    """The session of the request being served."""
    if "session" not in g:
        database: Database = current_app.extensions["refcheck_database"]
        g.session = database.session()
    session: Session = g.session
    return session


def _close(_error: BaseException | None) -> None:
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()
