"""What the commands of the registry have in common: where it is, and a session on it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from sqlalchemy.orm import Session

from refcheck.errors import WrongUse
from refcheck_server import migrating
from refcheck_server.accounts.rights import OPERATOR, Action, may
from refcheck_server.audit.log import acting_as, operator
from refcheck_server.database import Database
from refcheck_server.settings import Settings, from_environment

_OBJECTS = 10_000
_Command = TypeVar("_Command", bound=Callable[..., Any])


def performs(action: Action) -> Callable[[_Command], _Command]:
    """Let a command name its action; whoever has a shell here must have the right to it."""

    def mark(command: _Command) -> _Command:
        @wraps(command)
        def checked(*arguments: Any, **options: Any) -> Any:
            if not may(OPERATOR, action):
                raise WrongUse(
                    f"nobody may {action} by command", next_step="Do it on the registry's pages."
                )
            return command(*arguments, **options)

        checked.action = action  # type: ignore[attr-defined]
        return cast(_Command, checked)

    return mark


def place(command: Callable[..., Any]) -> Callable[..., Any]:
    """The two options that say where the registry keeps things."""
    command = click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the SQLite file, when no database is named.",
    )(command)
    return click.option(
        "--database",
        metavar="URL",
        help="sqlite:////folder/file.db or postgresql://user@host/name; "
        "else REFCHECK_REGISTRY_DATABASE.",
    )(command)


def read_settings(database: str | None, data: Path | None) -> Settings:
    """Settings from the environment and these two options."""
    return from_environment(os.environ, database=database, data=data)


def opened(settings: Settings) -> Database:
    """The registry's database, at the schema of this version."""
    store = Database(settings.database_url)
    migrating.prepare(store)
    return store


@contextmanager
def registry_session(database: str | None, data: Path | None) -> Iterator[Session]:
    """A session on the registry's database, committed when nothing went wrong."""
    store = opened(read_settings(database, data))
    with store.session() as session, session.begin():
        acting_as(session, operator())
        yield session


def in_registry(action: Action) -> Callable[[_Command], _Command]:
    """Let a command perform an action in a session on the registry that its options name.

    It gets the session as `session`, which is committed when nothing went wrong.
    """

    def mark(command: _Command) -> _Command:
        @place
        @performs(action)
        @wraps(command)
        def run(database: str | None, data: Path | None, **given: Any) -> Any:
            with registry_session(database, data) as session:
                return command(session=session, **given)

        return cast(_Command, run)

    return mark


def collect_seldom() -> None:
    """Look for cycles after more new objects than one request or cloud needs.

    There are hardly any cycles, and with Python's own 700 objects a request that parses hundreds of
    tests is stopped for them again and again.
    """
    gc.set_threshold(_OBJECTS)


def utc_now() -> datetime:
    """The clock of the commands."""
    return datetime.now(UTC)
