"""What one process tests with: its connection to the cloud, the facts, the run's ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import pytest

from refcheck.cloud.connection import Cloud, connect
from refcheck.cloud.creating import Creator
from refcheck.cloud.discovery import Facts
from refcheck.cloud.ledger import Ledger
from refcheck.cloud.schemas.findings import NOTHING, Findings
from refcheck.cloud.service import Service
from refcheck.cloud.signals import HarnessFault
from refcheck.errors import RefcheckError
from refcheck.plugin.broker import Broker
from refcheck.plugin.identities import Identities, Others


class Bench:
    """Everything that fixtures hand out comes from here.

    Args:
        cloud_name: in clouds.yaml; connected to at the first need.
        facts: what the controlling process discovered.
        folder: of the run.
        prefix: begins the name of everything that is created.
        cloud: a connection that is there already.
        others: whom tests may act as besides the run's own user.
    """

    KEY: ClassVar[pytest.StashKey[Bench]] = pytest.StashKey()

    def __init__(
        self,
        cloud_name: str,
        facts: Facts,
        folder: Path,
        prefix: str,
        cloud: Cloud | None = None,
        others: Others = Others(),  # noqa: B008 - frozen
    ) -> None:
        self.facts = facts
        self._cloud_name = cloud_name
        self._folder = folder
        self._prefix = prefix
        self._cloud = cloud
        self._services: dict[str, Service] = {}
        self.identities = Identities(others, lambda: self.cloud)

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
        return self._services.setdefault(kind, self.identities.service(kind))

    def service_aside(self, kind: str) -> Service:
        """The service of that type, to prepare with what several tests share."""
        return self._services.setdefault(f"{kind} aside", self.service(kind).aside())

    @contextmanager
    def creator(self) -> Iterator[Creator]:
        """Creates; at the end its removal is asked for, and what resists stays in the ledger."""
        creator = Creator(self.service, self._ledger, self._prefix)
        yield creator
        creator.clean()

    def creator_for_all(self) -> Creator:
        """Creates what other workers use too: it is removed when the whole run has ended."""
        return Creator(self.service_aside, self._ledger, self._prefix)

    @cached_property
    def broker(self) -> Broker:
        """Who knows what the workers of the run share."""
        return Broker(self._folder / "leases.sqlite", scrub=self.scrub)

    def end_test(self) -> None:
        """A test has ended: others may have what it was lent."""
        self.broker.give_back()

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self._folder / "ledger.sqlite", self.scrub)

    def begin_test(self) -> None:
        """A new test: evidence of earlier ones is forgotten, the token is good for a while."""
        if self._cloud is not None:
            self._cloud.recorder.start()
            self._cloud.renew()

    def hindrances(self) -> dict[str, int]:
        """What stood in the way of requests since the last time, counted."""
        return self._cloud.recorder.hindrances.take() if self._cloud else {}

    @property
    def findings(self) -> Findings:
        """What is wrong with the form of this test's answers."""
        return self._cloud.recorder.findings if self._cloud else NOTHING

    def scrub(self, text: str) -> str:
        """The text without any secret of this cloud."""
        return self._cloud.recorder.scrubber.scrub(text) if self._cloud else text

    def evidence(self) -> list[dict[str, Any]]:
        """The last exchanges of this test, as plain values."""
        return [e.to_json() for e in self._cloud.recorder.exchanges()] if self._cloud else []
