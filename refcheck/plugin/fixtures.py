"""The fixtures that capability tests ask for.

Services are named as people call them: `identity`, `compute`, `image`, `network`, `volume`,
`object_store`. `create` makes things that are removed after the test, `given` makes them ready
for use, `shared` holds what all tests of a worker may read and none may change.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from refcheck.cloud.connection import Cloud, connect
from refcheck.cloud.creating import Creator
from refcheck.cloud.discovery import Facts
from refcheck.cloud.ledger import Ledger
from refcheck.cloud.service import Service
from refcheck.cloud.signals import HarnessFault
from refcheck.errors import RefcheckError
from refcheck.plugin.given import Given, Shared


class Fixtures:
    """A pytest plugin object whose methods are fixtures."""

    def __init__(
        self, cloud_name: str, facts: Facts, folder: Path, prefix: str, cloud: Cloud | None = None
    ) -> None:
        self._cloud_name = cloud_name
        self._facts = facts
        self._folder = folder
        self._prefix = prefix
        self._cloud = cloud
        self._services: dict[str, Service] = {}

    def begin_test(self) -> None:
        """A new test: evidence of earlier ones is forgotten."""
        if self._cloud is not None:
            self._cloud.recorder.start()

    def evidence(self) -> list[dict[str, Any]]:
        """The last exchanges of this test, as plain values."""
        return [e.to_json() for e in self._cloud.recorder.exchanges()] if self._cloud else []

    def service(self, kind: str) -> Service:
        """The service of that type; one object per type."""
        return self._services.setdefault(kind, self._connected().service(kind))

    def _connected(self) -> Cloud:
        if self._cloud is None:
            try:
                self._cloud = connect(self._cloud_name)
            except RefcheckError as error:
                raise HarnessFault(f"network: {error}") from error
        return self._cloud

    def _creator(self) -> Iterator[Creator]:
        creator = Creator(self.service, Ledger(self._folder / "ledger.sqlite"), self._prefix)
        yield creator
        creator.clean()  # what it cannot remove stays in the ledger, for the end of the run

    @pytest.fixture(scope="session")
    def cloud(self) -> Cloud:
        return self._connected()

    @pytest.fixture(scope="session")
    def facts(self) -> Facts:
        return self._facts

    @pytest.fixture(scope="session")
    def identity(self) -> Service:
        return self.service("identity")

    @pytest.fixture(scope="session")
    def compute(self) -> Service:
        return self.service("compute")

    @pytest.fixture(scope="session")
    def image(self) -> Service:
        return self.service("image")

    @pytest.fixture(scope="session")
    def network(self) -> Service:
        return self.service("network")

    @pytest.fixture(scope="session")
    def volume(self) -> Service:
        return self.service("block-storage")

    @pytest.fixture(scope="session")
    def object_store(self) -> Service:
        return self.service("object-store")

    @pytest.fixture
    def create(self) -> Iterator[Creator]:
        yield from self._creator()

    @pytest.fixture
    def given(self, create: Creator, shared: Shared) -> Given:
        return Given(self.service, create, self._facts, shared)

    @pytest.fixture(scope="session")
    def shared(self) -> Iterator[Shared]:
        for creator in self._creator():
            yield Shared(self.service, creator, self._facts)
