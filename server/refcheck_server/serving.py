"""Serving the registry with gunicorn, from inside Python."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

from flask import Flask
from gunicorn.app.base import BaseApplication

from refcheck.errors import WrongUse

_BACKLOG = 256
_THREADS = 4


class PortFault(WrongUse):
    """The address cannot be listened on."""


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
            "worker_class": "gthread",  # a slow client holds one thread, not a worker
            "threads": _THREADS,
            "loglevel": "warning",
            "graceful_timeout": 10,
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)  # type: ignore[union-attr]

    def load(self) -> Flask:
        """The application, in the worker that will serve it."""
        return self._make_app()


def serve(make_app: Callable[[], Flask], listener: socket.socket, *, workers: int) -> None:
    """Serve until SIGINT or SIGTERM; then finish what is under way and end the process with 0."""
    _Gunicorn(make_app, listener, workers).run()  # type: ignore[no-untyped-call]
