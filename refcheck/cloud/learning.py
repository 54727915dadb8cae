"""Which values in an exchange are secret: learnt when they pass, so that they are known later.

A password that a test makes up, or a key that the cloud makes, is in one request or answer under
a name that gives it away. Anything may repeat it afterwards.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

SECRET_HEADER = re.compile(
    r"token|authorization|cookie|secret|passw|(temp-?url|sync|auth)-key|signature", re.IGNORECASE
)
_SECRET_FIELD = re.compile(
    r"pass(word|wd|code)?$|secret$|token$|private_key$|user_data$|^blob$|(temp.?url|auth).?key",
    re.IGNORECASE,
)
_SECRET_QUERY = re.compile(r"sig$|signature|token|secret|password", re.IGNORECASE)
_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})


def secrets_of(response: requests.Response) -> Iterator[str]:
    """All values in a request and its answer that are secret by their name."""
    request = response.request
    yield from _of_headers(request.headers)
    yield from _of_headers(response.headers)
    query = urlsplit(request.url or "").query
    if query:
        yield from (value for key, value in parse_qsl(query) if _SECRET_QUERY.search(key))
    # What is only read was either written before or is nobody's secret of this run.
    if request.method not in _CHANGES_NOTHING:
        for headers, body in (
            (request.headers, request.body),
            (response.headers, response.content),
        ):
            if body and "json" in headers.get("Content-Type", ""):
                yield from _of_body(body)


def _of_headers(headers: Mapping[str, str]) -> Iterator[str]:
    for name, value in headers.items():
        if SECRET_HEADER.search(name):
            yield value if isinstance(value, str) else str(value, "latin-1")


def _of_body(body: Any) -> Iterator[str]:
    try:
        document = json.loads(body)
    except (ValueError, TypeError, RecursionError):
        return
    yield from _of_value(document)


def _of_value(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str):
                if _SECRET_FIELD.search(key):
                    yield inner
                if key.lower().endswith("user_data"):
                    yield from _decoded(inner)
            elif key == "token" and isinstance(inner, dict) and isinstance(inner.get("id"), str):
                yield inner["id"]
            else:
                yield from _of_value(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_value(inner)


def _decoded(text: str) -> Iterator[str]:
    """What base64 stands for, when that is text."""
    try:
        yield base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return
