"""Every secret that went through the proxy, and the forms in which it could turn up again.

Written without a look at refcheck's own redaction: it is the other opinion.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

from tests.faults.exchange import Reply, Request

_FIELDS = ("password", "adminpass", "original_password", "secret", "private_key", "user_data")
_HEADERS = ("x-auth-token", "x-subject-token", "temp-url-key", "x-container-sync-key")


def secrets_seen(exchanges: Iterable[tuple[Request, Reply | None]]) -> set[str]:
    """The values, as they were sent."""
    found: set[str] = set()
    for request, reply in exchanges:
        headers = [*request.headers.items(), *(reply.headers if reply else ())]
        found |= {value for name, value in headers if name.lower().endswith(_HEADERS)}
        found |= {v for name, v in headers if "temp-url-key" in name.lower()}
        query = parse_qs(urlsplit(request.path).query)
        found |= set(query.get("temp_url_sig", ()))
        for body in (request.body, reply.body if reply else b""):
            found |= set(_of_body(body))
    return {secret for secret in found if len(secret) >= 6}


def forms(secret: str) -> set[bytes]:
    """What to look for in the bytes of an artefact."""
    data = secret.encode()
    texts = {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(json.dumps(secret)[1:-1])[1:-1],
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode(),
        " ".join(secret.split()),
        *(line for line in secret.splitlines() if len(line) > 30),
    }
    return {text.encode() for text in texts}


def _of_body(body: bytes) -> Iterator[str]:
    try:
        document = json.loads(body)
    except ValueError:
        return
    yield from _of_value(document)


def _of_value(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and key.lower().endswith(_FIELDS):
                yield inner
            yield from _of_value(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_value(inner)
