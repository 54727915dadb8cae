"""What one process tests with: its connection to the cloud, the facts, the run's ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest

from refcheck.cloud.connection import Cloud, connect
from refcheck.cloud.creating import Creator
from refcheck.cloud.discovery import Facts
from refcheck.cloud.ledger import Ledger
from refcheck.cloud.service import Service
from refcheck.cloud.signals import HarnessFault
from refcheck.errors import RefcheckError


class Bench:
    """Everything that fixtures hand out comes from here.

    Args:
        cloud_name: in clouds.yaml; connected to at the first need.
        facts: what the controlling process discovered.
        folder: of the run.
        prefix: begins the name of everything that is created.
        cloud: a connection that is there already.
    """

    KEY: ClassVar[pytest.StashKey[Bench]] = pytest.StashKey()

    def __init__(
        self, cloud_name: str, facts: Facts, folder: Path, prefix: str, cloud: Cloud | None = None
    ) -> None:
        self.facts = facts
        self._cloud_name = cloud_name
        self._folder = folder
        self._prefix = prefix
        self._cloud = cloud
        self._services: dict[str, Service] = {}

    @property
    def cloud(self) -> Cloud:
        """The connection.

        Raises:
            HarnessFault: the cloud does not let us in now.
        """
        if self._cloud is None:
            try:
                self._cloud = connect(self._cloud_name)
            except RefcheckError as error:
                raise HarnessFault(f"network: {error}") from error
        return self._cloud

    def service(self, kind: str) -> Service:
        """The service of that type; one object per type."""
        return self._services.setdefault(kind, self.cloud.service(kind))

    @contextmanager
    def creator(self) -> Iterator[Creator]:
        """Creates; at the end all of it is removed, and what resists stays in the ledger."""
        creator = Creator(self.service, Ledger(self._folder / "ledger.sqlite"), self._prefix)
        yield creator
        creator.clean()

    def begin_test(self) -> None:
        """A new test: evidence of earlier ones is forgotten."""
        if self._cloud is not None:
            self._cloud.recorder.start()

    def scrub(self, text: str) -> str:
        """The text without any secret of this cloud."""
        return self._cloud.recorder.scrubber.scrub(text) if self._cloud else text

    def evidence(self) -> list[dict[str, Any]]:
        """The last exchanges of this test, as plain values."""
        return [e.to_json() for e in self._cloud.recorder.exchanges()] if self._cloud else []
