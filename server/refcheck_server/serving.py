"""Serving the registry with gunicorn, from inside Python."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from refcheck.errors import WrongUse

_BACKLOG = 256
_THREADS = 4
_LEFT_UNREAD = 64 * 1024 * 1024
_LEFT_SECONDS = 5.0


class PortFault(WrongUse):
    """The address cannot be listened on."""


class NoFolder(WrongUse):
    """There is no folder that temporary files can be in."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; port 0 takes a free one.

    Raises:
        PortFault: the port is taken, may not be used, or the host is not this machine's.
    """
    try:
        return socket.create_server((host, port), backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fault, step = (
                "the port is taken",
                "Stop what listens there, or choose with --port.",
            )
        else:
            fault = f"cannot listen there ({error.strerror or error})"
            step = "Choose an address of this machine with --host and a port above 1023."
        raise PortFault(fault, where=f"{host}:{port}", next_step=step) from error


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder for what all workers count, until the process that made it is done.

    Raises:
        NoFolder: there is no place for it.
    """
    try:
        owner, folder = os.getpid(), Path(tempfile.mkdtemp(prefix="refcheck-registry-"))
    except OSError as error:
        raise NoFolder(
            f"no temporary file can be written ({error.strerror})",
            next_step="Let /tmp be written to (of a container: --tmpfs /tmp), or name a folder "
            "in TMPDIR.",
        ) from error
    try:
        yield folder
    finally:
        if os.getpid() == owner:  # a worker that ends leaves this block too
            shutil.rmtree(folder, ignore_errors=True)


class _Worker(ThreadWorker):
    """A worker that no closed terminal ends, and that keeps a connection it said it keeps."""

    def init_signals(self) -> None:
        """As gunicorn's; a closed terminal signals each process, and would cut requests off."""
        super().init_signals()  # type: ignore[no-untyped-call]
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:  # noqa: FBT001 - gunicorn's
        """As gunicorn's, for bodies that are no larger than an upload.

        A refusal may be sent before the body is read. Gunicorn says `keep-alive`, and then ends the
        connection if more than 64 KiB are left, so that the client's next request is lost.
        """
        if not keepalive:
            return False
        deadline = time.monotonic() + _LEFT_SECONDS
        whole: bool = conn.parser.finish_body(deadline=deadline, max_bytes=_LEFT_UNREAD)
        return whole


class _Arbiter(Arbiter):
    """An arbiter that a closed terminal ends; gunicorn's own takes SIGHUP for "reload"."""

    def init_signals(self) -> None:
        """As gunicorn's, except that what `nohup` ignores stays ignored."""
        ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        super().init_signals()  # type: ignore[no-untyped-call]
        if ignored:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def handle_hup(self) -> None:
        """As at SIGTERM: finish what is under way, then end."""
        self.handle_term()  # type: ignore[no-untyped-call]


class _OwnLog(Logger):
    """Gunicorn's messages, written as this process writes all of its log."""

    def setup(self, cfg: Config) -> None:
        """As gunicorn's, without a handler of its own."""
        super().setup(cfg)  # type: ignore[no-untyped-call]
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class _Gunicorn(BaseApplication):
    """Gunicorn on a socket that is open already, with the application made in each worker."""

    def __init__(
        self, make_app: Callable[[], Flask], listener: socket.socket, workers: int
    ) -> None:
        self._make_app = make_app
        self._fd = listener.detach()
        self._workers = workers
        super().__init__()  # type: ignore[no-untyped-call]

    def load_config(self) -> None:
        """Everything that differs from gunicorn's defaults."""
        settings = {
            "bind": f"fd://{self._fd}",
            "workers": self._workers,
            "worker_class": _Worker,  # with threads: a slow client holds one thread, not a worker
            "threads": _THREADS,
            "loglevel": "warning",
            "logger_class": _OwnLog if logging.getLogger().handlers else Logger,
            "graceful_timeout": 10,
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)  # type: ignore[union-attr]

    def load(self) -> Flask:
        """The application, in the worker that will serve it."""
        return self._make_app()

    def run(self) -> None:
        """Serve until a signal ends it."""
        _Arbiter(self).run()  # type: ignore[no-untyped-call]


def serve(make_app: Callable[[], Flask], listener: socket.socket, *, workers: int) -> None:
    """Serve until a signal, then finish what is under way and end the process with 0.

    SIGINT, SIGTERM and SIGHUP end it; SIGHUP does not when it is ignored already (`nohup`).
    """
    _Gunicorn(make_app, listener, workers).run()
