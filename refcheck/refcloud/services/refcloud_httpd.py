"""Serve a WSGI application on 127.0.0.1 with cheroot: native threads, streamed bodies."""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import refcloud_env
from cheroot import wsgi
from refcloud_access import Application, WithAccessLog


class _OpenInput:
    """A request body the application cannot close.

    Glance closes wsgi.input; on cheroot that is the connection itself, so the next request on
    it would be answered by a random 500.
    """

    def __init__(self, body: BinaryIO) -> None:
        self._body = body

    def read(self, *size: int) -> bytes:
        return self._body.read(*size)

    def readline(self, *size: int) -> bytes:
        return self._body.readline(*size)

    def readlines(self, *hint: int) -> list[bytes]:
        return self._body.readlines(*hint)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        """Leave the connection open; the server closes it."""


def serve(application: Application, service: str, threads: int) -> None:
    """Serve until SIGTERM or SIGINT, which end the process at once."""
    logged = WithAccessLog(application, service)

    def with_open_input(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        environ["wsgi.input"] = _OpenInput(environ["wsgi.input"])
        return logged(environ, start_response)

    server = wsgi.Server(
        ("127.0.0.1", refcloud_env.PORTS[service]),
        with_open_input,
        numthreads=threads,
        server_name="127.0.0.1",
        request_queue_size=128,
        timeout=120,
        shutdown_timeout=2,
    )
    server.nodelay = True
    server.max_request_body_size = 0
    for number in (signal.SIGTERM, signal.SIGINT):
        # The services hold threads that are not daemons and would delay the end for seconds.
        # Leaving at once loses nothing: every answered request is committed.
        signal.signal(number, lambda *_: os._exit(0))
    # What is there now stays: the collector need not go through it again and again.
    gc.collect()
    gc.freeze()
    server.safe_start()
