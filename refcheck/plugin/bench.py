"""What one process tests with: its connection to the cloud, the facts, the run's ledger."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import pytest

from refcheck.cloud.connection import Cloud, connect
from refcheck.cloud.creating import Creator
from refcheck.cloud.discovery import Facts
from refcheck.cloud.guest_key import GuestKey
from refcheck.cloud.ledger import Ledger
from refcheck.cloud.login import shut_out
from refcheck.cloud.patience import Patience
from refcheck.cloud.schemas.findings import NOTHING, Findings
from refcheck.cloud.service import Service, Services
from refcheck.cloud.waiting import Memory
from refcheck.errors import RefcheckError
from refcheck.plugin import run_lock
from refcheck.plugin.broker import Broker
from refcheck.plugin.given import Shared
from refcheck.plugin.identities import Identities, Others

_LEASES = "leases.sqlite"
"""What the processes of a run know in common, in its folder."""


class Bench:
    """Everything that fixtures hand out comes from here.

    Args:
        cloud_name: in clouds.yaml; connected to at the first need.
        facts: what the controlling process discovered.
        folder: of the run.
        prefix: begins the name of everything that is created.
        cloud: a connection that is there already.
        second: that of the second identity, likewise.
        others: whom tests may act as besides the run's own user.
        key: that guests are logged in to with; the same for all processes of a run.

    Attributes:
        afresh: whether the test is tried again, so that nothing it is given may be anything that
            a first attempt had.
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
        second: Cloud | None = None,
        key: GuestKey | None = None,
    ) -> None:
        self._key = key or GuestKey(secrets.token_hex(32))
        self.facts = facts
        self._cloud_name = cloud_name
        self._folder = folder
        self._prefix = prefix
        self._cloud = cloud
        self._services: dict[str, Service] = {}
        self._shared: dict[bool, Shared] = {}
        self._began = 0.0
        self.afresh = False
        self.identities = Identities(others, lambda: self.cloud, second)

    @cached_property
    def memory(self) -> Memory:
        """How long waits take, in all processes of the run; and those of this test."""
        return replace(self._broker.waits(), patience=Patience(self._folder / _LEASES))

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
                raise shut_out(error) from error
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
        creator = self._creator(self.service)
        yield creator
        creator.clean()

    def creator_for_all(self) -> Creator:
        """Creates what other workers use too: it is removed when the whole run has ended."""
        return self._creator(self.service_aside)

    def _creator(self, services: Services) -> Creator:
        extensions = self.facts.found.get("network_extensions") or ()
        described = "standard-attr-description" in extensions
        return Creator(services, self._ledger, self._prefix, describes=described)

    @property
    def shared(self) -> Shared:
        """What tests may read and none may change; second attempts have theirs."""
        if self.afresh not in self._shared:
            broker = self._broker.afresh() if self.afresh else self._broker
            creator = self.creator_for_all()
            self._shared[self.afresh] = Shared(
                self.service_aside, creator, self.facts, broker, self._key
            )
        return self._shared[self.afresh]

    def shared_beside(self, thread: str) -> Shared:
        """The same things, to be made by another thread of this process."""
        services: dict[str, Service] = {}

        def service(kind: str) -> Service:
            if kind not in services:
                services[kind] = self.identities.service(kind).aside()
            return services[kind]

        broker = self._broker.beside(thread)
        return Shared(service, self._creator(service), self.facts, broker, self._key)

    @property
    def memory_beside(self) -> Memory:
        """How long waits take, for another thread: its own are no test's."""
        return replace(self.memory, taken=[])

    @cached_property
    def _broker(self) -> Broker:
        """Who knows what the workers of the run share."""
        return Broker(self._folder / _LEASES, scrub=self.scrub)

    def end_test(self) -> None:
        """A test has ended: others may have what it was lent."""
        self._broker.give_back()

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self._folder / "ledger.sqlite", self.scrub)

    def begin_test(self) -> None:
        """A new test: evidence of earlier ones is forgotten, the token is good for a while."""
        self._began = time.monotonic()
        self.memory.taken.clear()
        if self._cloud is not None:
            self._cloud.recorder.start()
            self._cloud.renew()

    def waits(self) -> list[dict[str, Any]]:
        """The waits of this test, as plain values of `refcheck.result.events.Wait`."""
        return [
            {
                "what": wait.what,
                "began": round(max(wait.began - self._began, 0.0), 3),
                "seconds": round(wait.seconds, 3),
                "looks": wait.looks,
            }
            for wait in self.memory.taken
        ]

    def begin_work(self) -> None:
        """Be known as a process that runs tests of this run."""
        self._lock = run_lock.begin_work(self._folder)

    def ends_last(self) -> bool:
        """Whether no other process runs tests of this run, as far as the folder knows."""
        return run_lock.is_last(self._lock)

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
