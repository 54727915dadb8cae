"""One registry for each module: its tests use accounts of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from refcheck_server.app import create_app
from refcheck_server.settings import from_environment

from tests.server.conftest import Clock, Registry

RATES = {
    "REFCHECK_REGISTRY_REQUEST_RATE": "100000 per minute",
    "REFCHECK_REGISTRY_SIGN_IN_RATE": "100000 per minute",
    "REFCHECK_REGISTRY_UPLOAD_RATE": "100000 per minute",
}


@pytest.fixture(scope="module")
def registry(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    file = tmp_path_factory.mktemp("registry") / "registry.db"
    shutil.copyfile(migrated_file, file)
    settings = from_environment(RATES, database=f"sqlite:///{file}")
    clock = Clock()
    app = create_app(settings, now=clock)
    made = Registry(settings, app.extensions["refcheck_database"], app.test_client(), clock)
    made.join("example")
    yield made
    made.database.engine.dispose()
