"""All data of a registry in one SQLite file, and back: also from one kind of database to another.

A backup is a registry's database like any other, at the schema it was made with. It holds what one
moment showed, whatever is written meanwhile.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.exc import DatabaseError

from refcheck.errors import WrongUse
from refcheck_server import migrating
from refcheck_server.columns import Base
from refcheck_server.database import Database, DatabaseFault

_AT_ONCE = 500
"""Rows that are held in memory."""


class BackupFault(WrongUse):
    """A backup cannot be written or read, or there is something where it should go."""


def back_up(source: Database, file: Path) -> Mapping[str, int]:
    """Write a backup that was not there; rows by table.

    Raises:
        BackupFault: there is a file of that name, or the folder cannot be written to.
        DatabaseFault: the database is of another version, or does not answer.
    """
    if file.exists():
        raise BackupFault("there is a file already", where=str(file), next_step="Name another one.")
    migrating.prepare(source)
    with _beside(file) as unfinished:
        target = Database(f"sqlite:///{unfinished}")
        migrating.upgrade(target)
        with source.engine.connect() as old, target.engine.begin() as new:
            _one_moment(old)
            counts = _copy(old, new)
        _close(target)
        unfinished.rename(file)
    return counts


def restore(file: Path, target: Database) -> Mapping[str, int]:
    """Fill an empty database from a backup, also one of an older version; rows by table.

    Raises:
        BackupFault: the file is no backup, or the database holds something.
        DatabaseFault: the backup is of a newer version, or the database does not answer.
    """
    if not file.is_file():
        raise BackupFault("is no file", where=str(file), next_step="Name a backup.")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "backup.db"
        shutil.copyfile(file, copy)
        source = Database(f"sqlite:///{copy}")
        _see_that_it_is_one(source, file)
        migrating.upgrade(source)
        migrating.prepare(target)
        with source.engine.connect() as old, target.engine.begin() as new:
            if any(_count(new, table) for table in Base.metadata.sorted_tables):
                raise BackupFault(
                    "the database is not empty, and nothing in it is overwritten",
                    where=target.engine.url.render_as_string(),
                    next_step="Restore into a new database, then let the registry use that.",
                )
            counts = _copy(old, new)
            if new.dialect.name == "postgresql":
                _go_on_counting(new)
        source.engine.dispose()
    return counts


def _see_that_it_is_one(source: Database, file: Path) -> None:
    try:
        with source.engine.connect() as connection:
            found = migrating.revision_of(connection)
            state = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    except DatabaseError:
        found, state = None, None
    if found is None or state != "ok":
        raise BackupFault(
            "is no backup of a registry, or damaged",
            where=str(file),
            next_step="Name a file as `refcheck registry backup` wrote it.",
        )


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A name in the same folder, that only its owner may read; gone afterwards."""
    try:
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as error:
        raise BackupFault(
            f"cannot write there ({error.strerror})",
            where=str(file.parent),
            next_step="Name a file in a folder that you may write to.",
        ) from error
    os.close(descriptor)
    unfinished = Path(name)
    try:
        yield unfinished
    finally:
        for leftover in (name, f"{name}-wal", f"{name}-shm"):
            with suppress(FileNotFoundError):
                Path(leftover).unlink()


def _one_moment(connection: Connection) -> None:
    """Let all that is read from now on be as it is now."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def _copy(old: Connection, new: Connection) -> dict[str, int]:
    counts = {}
    for table in Base.metadata.sorted_tables:
        rows = old.execution_options(yield_per=_AT_ONCE).execute(select(table)).mappings()
        for some in rows.partitions():
            new.execute(insert(table), [dict(row) for row in some])
        counts[table.name] = _count(new, table)
        if counts[table.name] != _count(old, table):
            raise DatabaseFault(
                f"not all rows of {table.name} were copied",
                where=table.name,
                next_step="Try again, and report it if that does not help.",
            )
    return counts


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _go_on_counting(connection: Connection) -> None:
    """Give the next new row a number that no copied row has."""
    for table in Base.metadata.sorted_tables:
        for column in table.primary_key:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": table.name, "column": column.name},
            )
            highest = connection.scalar(select(func.max(column)))
            if sequence and highest is not None:
                connection.execute(
                    text("SELECT setval(CAST(:sequence AS regclass), :highest)"),
                    {"sequence": sequence, "highest": highest},
                )


def _close(database: Database) -> None:
    """Leave one whole file, without a journal beside it."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    database.engine.dispose()
