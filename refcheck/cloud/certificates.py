"""How long the certificates of a cloud's endpoints are valid."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509

_PATIENCE = 5.0
"""Seconds for one connection."""
_TLS = 443


def valid_until(addresses: Iterable[str]) -> dict[str, datetime | None]:
    """`host:port` of each https address → when its certificate ends; None when it does not show.

    Whether a certificate is to be trusted is not asked here: the log-in has seen to that.
    """
    parts = [urlsplit(address) for address in addresses]
    places = {(p.hostname or "", p.port or _TLS) for p in parts if p.scheme == "https"}
    with ThreadPoolExecutor(8) as pool:
        ends = pool.map(_end, sorted(places))
    return {f"{host}:{port}": end for (host, port), end in zip(sorted(places), ends, strict=True)}


def _end(place: tuple[str, int]) -> datetime | None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection(place, _PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=place[0]) as secure,
        ):
            certificate = secure.getpeercert(binary_form=True)
    except (OSError, ValueError):
        return None
    try:
        return x509.load_der_x509_certificate(certificate or b"").not_valid_after_utc
    except ValueError:
        return None
