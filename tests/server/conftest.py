"""A registry to test: the real application on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from refcheck_server import migrating
from refcheck_server.accounts import services
from refcheck_server.app import create_app
from refcheck_server.database import Database
from refcheck_server.results.models import StoredResult
from refcheck_server.settings import Settings, from_environment
from securesystemslib.signer import CryptoSigner
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from refcheck.result.document import Result
from tests.server import postgres, samples

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Member:
    """An account with a key and a token."""

    name: str
    signer: CryptoSigner
    token: str
    prefix: str


@dataclass
class Registry:
    """A registry with one account, `example`, and a client for it."""

    settings: Settings
    database: Database
    client: FlaskClient
    clock: Clock
    members: dict[str, Member] = field(default_factory=dict)

    @property
    def example(self) -> Member:
        return self.members["example"]

    def session(self) -> Session:
        return self.database.session()

    def stored(self) -> int:
        """How many results are kept."""
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(StoredResult))

    def join(self, name: str) -> Member:
        signer = CryptoSigner.generate_ed25519()
        with self.session() as session, session.begin():
            account = services.add_account(session, name, now=self.clock())
            services.add_key(session, account, signer.public_key, now=self.clock())
            token = services.new_token(session, account, now=self.clock())
        self.members[name] = Member(name, signer, token.secret, token.prefix)
        return self.members[name]

    def send(self, body: bytes, *, token: str | None = None, **headers: str) -> TestResponse:
        given = {"Authorization": f"Bearer {token or self.example.token}", **headers}
        return self.client.post("/api/v1/results", data=body, headers=given)

    def submit(self, result: Result, *, member: Member | None = None) -> TestResponse:
        who = member or self.example
        return self.send(samples.envelope(result, who.signer), token=who.token)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database without a schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        with postgres.database(request.getfixturevalue("postgres_server")) as address:
            yield address


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "registry.db"
    database = Database(f"sqlite:///{file}")
    migrating.upgrade(database)
    database.engine.dispose()
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    with postgres.database(postgres_server) as address:
        database = Database(from_environment({}, database=address).database_url)
        migrating.upgrade(database)
        database.engine.dispose()
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database with the newest schema."""
    if request.param == "sqlite":
        file = tmp_path / "registry.db"
        shutil.copyfile(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
    else:
        server = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("migrated_postgres")
        with postgres.database(server, template=template) as address:
            yield address


@pytest.fixture
def registry(database_url: str) -> Iterator[Registry]:
    clock = Clock()
    settings = from_environment({}, database=database_url)
    app = create_app(settings, now=clock)
    database: Database = app.extensions["refcheck_database"]
    made = Registry(settings, database, app.test_client(), clock)
    made.join("example")
    yield made
    database.engine.dispose()
