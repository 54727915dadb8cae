"""A registry that tells, with a mail server and a web server on loopback."""

from __future__ import annotations

import http.server
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from refcheck_server.app import create_app
from refcheck_server.jobs.models import Job
from refcheck_server.settings import from_environment
from refcheck_server.work import worker
from sqlalchemy import select

from tests.server.accounts.conftest import RATES
from tests.server.conftest import Clock, Registry

ADDRESS = "http://localhost"


@dataclass
class Mailbox:
    """A real SMTP server, and what it was given."""

    mails: list[EmailMessage] = field(default_factory=list)
    refusal: str | None = None
    port: int = 0

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.refusal is not None:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


@pytest.fixture
def smtp() -> Iterator[Callable[..., Mailbox]]:
    """Start an SMTP server, with aiosmtpd's own options."""
    running = []

    def start(**options: Any) -> Mailbox:
        box = Mailbox(port=free_port())
        controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
        controller.start()
        running.append(controller)
        return box

    yield start
    for controller in running:
        controller.stop()


@dataclass
class Receiver:
    """A web server; `answer` says what it answers to the message of that number."""

    url: str
    answer: Callable[[int], tuple[int, dict[str, str], bytes]]
    messages: list[tuple[dict[str, str], bytes]]


@pytest.fixture
def receiver() -> Iterator[Callable[..., Receiver]]:
    running = []

    def start(context=None) -> Receiver:
        made = Receiver("", lambda _: (204, {}, b""), [])

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                made.messages.append(
                    ({name.lower(): value for name, value in self.headers.items()}, body)
                )
                status, headers, answer = made.answer(len(made.messages))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *_: None
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        made.url = f"http{'s' if context else ''}://127.0.0.1:{server.server_address[1]}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return made

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def telling(migrated_file: Path, tmp_path: Path) -> Iterator[Callable[..., Registry]]:
    """A registry with these settings of the environment, by their short names."""
    made = []

    def start(**environ: str) -> Registry:
        file = tmp_path / "registry.db"
        shutil.copyfile(migrated_file, file)
        given = {f"REFCHECK_REGISTRY_{name}": value for name, value in environ.items()}
        settings = from_environment(
            {**RATES, "REFCHECK_REGISTRY_PUBLIC_URL": ADDRESS, **given},
            database=f"sqlite:///{file}",
        )
        clock = Clock()
        app = create_app(settings, now=clock)
        registry = Registry(settings, app.extensions["refcheck_database"], app.test_client(), clock)
        registry.join("example")
        made.append(registry)
        return registry

    yield start
    for registry in made:
        registry.database.engine.dispose()


def work_off(registry: Registry) -> int:
    """Do all that is due now, as `registry work` does."""
    return worker(registry.database, registry.settings, registry.clock).work_off()


def left_over(registry: Registry) -> list[Job]:
    with registry.session() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))
