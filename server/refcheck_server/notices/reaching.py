"""Sending something to an address that a stranger named, without becoming their tool.

The name is resolved once; each address that it has must be public; the connection goes to the
address that was looked at, whatever the name says a moment later, and no proxy and no redirect
leads it elsewhere. Little of the answer is read, and not for long.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from refcheck_server.jobs.errors import JobFailed

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
_MOST_BYTES = 4096
_INTERNET = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out: what lies outside is somebody's own, or says another address."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")
_PORTS = {"https": 443, "http": 80}


class Unreachable(JobFailed):
    """The other side did not answer, or may not be asked."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart; `port` is always there, `path` begins with a slash."""

    secure: bool
    host: str
    port: int
    path: str


def target_of(url: str, *, anywhere: bool) -> Target:
    """Where an address leads.

    Raises:
        Unreachable: it is none that may be asked, as far as that can be seen without resolving it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _host(parts)
    except (ValueError, UnicodeError):
        raise _refused("is not an address") from None
    if parts.scheme not in _PORTS or not host or port == 0:
        raise _refused("is not an address")
    if not url.isascii() or not url.isprintable():
        raise _refused("is not an address")
    if " " in url or parts.username is not None or parts.password is not None or parts.fragment:
        raise _refused("is not a plain address")
    if parts.scheme != "https" and not anywhere:
        raise _refused("does not begin with https://")
    if not anywhere and _is_private_number(host):
        raise _refused("leads to no public address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port or _PORTS[parts.scheme], path)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet, and hides no other one that does not."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64 or ip in _COMPATIBLE:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _INTERNET:
            return False
    return ip.is_global and not ip.is_multicast


def post(url: str, body: bytes, headers: Mapping[str, str], *, anywhere: bool) -> int:
    """The status that the other side answers with.

    Raises:
        Unreachable: it does not answer in time, cannot be found, or may not be asked.
    """
    target = target_of(url, anywhere=anywhere)
    addresses = _resolved(target, anywhere=anywhere)
    connection = _Pinned(target, addresses)
    watch = threading.Timer(TOTAL_SECONDS, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        answer.read(_MOST_BYTES)
    except ssl.SSLCertVerificationError as error:
        raise _refused(
            f"shows a certificate that does not count ({error.verify_message})"
        ) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        fault = "did not answer in time" if connection.late else "cannot be reached"
        raise _refused(f"{fault} ({type(error).__name__})") from None
    else:
        return answer.status
    finally:
        watch.cancel()
        connection.close()


def _resolved(target: Target, *, anywhere: bool) -> list[str]:
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _refused("has no address") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not anywhere and not all(is_public(one) for one in addresses):
        raise _refused("leads to an address that is not public")
    return addresses


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, which is cut when it takes too long."""

    def __init__(self, target: Target, addresses: list[str]) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.default_port = _PORTS["https" if target.secure else "http"]
        self._context = ssl.create_default_context() if target.secure else None
        self._addresses = addresses
        self._end: socket.socket | None = None
        self.late = False

    def connect(self) -> None:
        """To the first address that takes it."""
        plain = self._reached()
        self._end = plain.dup()
        self.sock = plain
        if self._context is not None:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)
        self.sock.settimeout(TOTAL_SECONDS)

    def _reached(self) -> socket.socket:
        for address in self._addresses[:-1]:
            with suppress(OSError):
                return socket.create_connection((address, self.port), CONNECT_SECONDS)
        return socket.create_connection((self._addresses[-1], self.port), CONNECT_SECONDS)

    def cut(self) -> None:
        """End it from another thread, whatever it waits for."""
        self.late = True
        if self._end is not None:
            with suppress(OSError):
                self._end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Both ends of it."""
        super().close()
        if self._end is not None:
            self._end.close()


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".")


def _is_private_number(host: str) -> bool:
    """Whether a host is an IP address that is not public, however it is written (0x7f.1)."""
    with suppress(ValueError):
        return not is_public(host)
    with suppress(OSError):
        return not is_public(socket.inet_ntoa(socket.inet_aton(host)))
    return False


def _refused(fault: str) -> Unreachable:
    return Unreachable(fault, next_step="Give a public address that begins with https://.")
