"""One registry on PostgreSQL for each module, with a victim and a foe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from refcheck_server.app import create_app
from refcheck_server.settings import from_environment

from tests.server import postgres
from tests.server.attacks.world import Someone, someone
from tests.server.conftest import Clock, Registry

RATES = {
    f"REFCHECK_REGISTRY_{one}_RATE": "1000000 per minute"
    for one in ("REQUEST", "UPLOAD", "SIGN_IN")
}


@pytest.fixture(scope="module")
def registry(
    postgres_server: str, migrated_postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Registry]:
    folder: Path = tmp_path_factory.mktemp("attacked")
    with postgres.database(postgres_server, template=migrated_postgres) as address:
        settings = from_environment(
            {**RATES, "REFCHECK_REGISTRY_SIGNING_KEY": str(folder / "key.pem")}, database=address
        )
        clock = Clock()
        app = create_app(settings, now=clock)
        made = Registry(settings, app.extensions["refcheck_database"], app.test_client(), clock)
        made.join("example")
        yield made
        made.database.engine.dispose()


@pytest.fixture(scope="module")
def victim(registry: Registry) -> Someone:
    return someone(registry, "victim")


@pytest.fixture(scope="module")
def foe(registry: Registry, victim: Someone) -> Someone:
    return someone(registry, "foe")
