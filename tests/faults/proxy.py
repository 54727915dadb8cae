"""The reverse proxy: one address, a path prefix per service, faults on the way.

    http://127.0.0.1:PORT/identity/v3  →  http://127.0.0.1:15180/v3

Addresses of the services in what they answer become addresses of the proxy, so that a client
which follows the catalogue and links never leaves it.
"""

from __future__ import annotations

import contextlib
import http.client
import ssl
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.faults.exchange import Fault, Forward, HangUp, Reply, Request

PREFIXES = {
    "keystone": "/identity",
    "nova": "/compute",
    "glance": "/image",
    "neutron": "/network",
    "cinder": "/volume",
    "swift": "/object-store",
}
_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"}
_UPSTREAM_BUDGET = 120


class Proxy(ThreadingHTTPServer):
    """Serves on 127.0.0.1.

    Args:
        ports: service → port of the real one.
        faults: the first one sees a request first, and its reply last.
        tls: serve TLS with this context.
        links: what links outside the catalogue get instead of the proxy's address, as a cloud
            that does not know its public name; "" for the proxy's own.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        ports: Mapping[str, int],
        faults: tuple[Fault, ...] = (),
        tls: ssl.SSLContext | None = None,
        links: str = "",
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._ports = {service: ports[service] for service in PREFIXES}
        self._links = links
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_port}"
        self.seen: list[tuple[Request, Reply | None]] = []
        """Every request as it came, with the reply as it left; None for a connection cut."""
        self._way: Forward = self._forward
        for fault in reversed(faults):
            self._way = _through(fault, self._way)

    @property
    def auth_url(self) -> str:
        return f"{self.url}{PREFIXES['keystone']}/v3"

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        """What the client gets.

        Raises:
            HangUp: nothing.
        """
        for service, prefix in PREFIXES.items():
            if target == prefix or target.startswith((f"{prefix}/", f"{prefix}?")):
                request = Request(
                    service, method, target.removeprefix(prefix) or "/", headers, body
                )
                break
        else:
            return Reply(404, (("Content-Type", "text/plain"),), b"no service here")
        reply: Reply | None = None
        try:
            reply = self._way(request)
        finally:
            self.seen.append((request, reply))
        return reply

    def _forward(self, request: Request) -> Reply:
        port = self._ports[request.service]
        headers = {k: v for k, v in request.headers.items() if k not in _HOP_BY_HOP}
        headers |= {"host": f"127.0.0.1:{port}", "accept-encoding": "identity"}
        if request.body or request.method in {"POST", "PUT", "PATCH"}:
            headers["content-length"] = str(len(request.body))
        # A connection each: a kept one could be closed by the service just as we use it.
        upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=_UPSTREAM_BUDGET)
        with contextlib.closing(upstream):
            upstream.request(request.method, request.path, request.body or None, headers)
            response = upstream.getresponse()
            body = response.read()
        kept = tuple(
            (name, self._readdressed(value.encode("latin-1"), request).decode("latin-1"))
            for name, value in response.getheaders()
            if name.lower() not in _HOP_BY_HOP - {"date"}
        )
        if request.method == "HEAD" and response.getheader("content-length"):
            kept += (("Content-Length", response.getheader("content-length", "")),)
        return Reply(response.status, kept, self._readdressed(body, request))

    def _readdressed(self, text: bytes, request: Request) -> bytes:
        of_catalog = request.is_login or request.path.startswith("/v3/auth/")
        for service, prefix in PREFIXES.items():
            public = f"{self.url if of_catalog or not self._links else self._links}{prefix}"
            internal = f"http://127.0.0.1:{self._ports[service]}"
            text = text.replace(internal.encode(), public.encode())
        return text


def _through(fault: Fault, way: Forward) -> Forward:
    return lambda request: fault(request, way)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy
    disable_nagle_algorithm = True

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            reply = self.server.answer(self.command, self.path, headers, body)
        except HangUp:
            self.close_connection = True
            return
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        if not reply.header("date"):
            self.send_header("Date", self.date_time_string())
        for name, value in reply.headers:
            self.send_header(name, value)
        if self.command != "HEAD" and reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        with contextlib.suppress(ConnectionError):  # a client may have lost its patience
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet: `Proxy.seen` says more."""


for _method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "COPY", "OPTIONS"):
    setattr(_Handler, f"do_{_method}", _Handler._handle)


@contextlib.contextmanager
def serving(proxy: Proxy) -> Iterator[Proxy]:
    """Let it serve inside the block."""
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
