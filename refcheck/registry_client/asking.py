"""Asking a registry over HTTP: one request, with a token, an answer or a reason in time.

The token goes to the address that was given and nowhere else: redirects are told, not followed.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Mapping
from typing import IO, Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from refcheck import __version__
from refcheck.errors import RegistryUnreachable, WrongUse
from refcheck.registry_client.receipt import Answer

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 60.0
_ANSWER_LIMIT = 1024 * 1024


def address_of(registry: str, path: str) -> str:
    """The address of a part of a registry's interface.

    Raises:
        WrongUse: the address cannot be a registry's.
    """
    try:
        parts = urlsplit(registry)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or parts.username:
        raise WrongUse(
            f"{registry!r} is not the address of a registry",
            next_step="Give it like https://registry.example.org with --registry.",
        )
    return f"{registry.rstrip('/')}/api/v1/{path}"


def ask(
    address: str,
    body: bytes | IO[bytes],
    token: str,
    *,
    content_type: str,
    step: Callable[[str], str],
    method: str = "POST",
    connect_seconds: float = CONNECT_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
) -> Answer:
    """What the registry answers to a request that sends something.

    Args:
        address: see `address_of`.
        body: to send; of a file, from where it stands.
        token: API token of an account there.
        content_type: of the body.
        step: makes a next step that says how to try again, from advice that may be empty.
        method: POST or PUT.
        connect_seconds: how long to wait for a connection.
        total_seconds: how long to wait for everything together.

    Raises:
        WrongUse: the token cannot be one; nothing was sent.
        RegistryUnreachable: it does not answer, or not in time.
    """
    _check_token(token)
    return _within(
        total_seconds,
        lambda: _send(
            method, address, body, token, content_type, (connect_seconds, total_seconds), step
        ),
        lambda: RegistryUnreachable(
            f"did not answer within {total_seconds:g} s", where=address, next_step=step("")
        ),
    )


class _Bearer(AuthBase):
    """Puts the token on the request; being an auth object, no .netrc replaces it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _check_token(token: str) -> None:
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise WrongUse(
            "the token is empty or holds characters that no token has",
            next_step="Give the token as the registry's administrator gave it.",
        )


def _within(
    seconds: float, ask: Callable[[], Answer], too_late: Callable[[], RegistryUnreachable]
) -> Answer:
    """What `ask` returns or raises, if it does so in time.

    A socket's own timeout starts again with each byte; only a second thread bounds the whole.
    """
    done: queue.Queue[Answer | Exception] = queue.Queue()

    def work() -> None:
        try:
            done.put(ask())
        except Exception as error:  # noqa: BLE001 - handed over and raised below
            done.put(error)

    threading.Thread(target=work, name="refcheck-registry", daemon=True).start()
    try:
        found = done.get(timeout=seconds)
    except queue.Empty:
        raise too_late() from None
    if isinstance(found, Exception):
        raise found
    return found


def _send(
    method: str,
    address: str,
    body: bytes | IO[bytes],
    token: str,
    content_type: str,
    timeouts: tuple[float, float],
    step: Callable[[str], str],
) -> Answer:
    headers = {
        "Content-Type": content_type,
        "Accept": "application/json",
        "User-Agent": f"refcheck/{__version__}",
    }
    try:
        with requests.request(
            method,
            address,
            data=body,
            headers=headers,
            auth=_Bearer(token),
            timeout=timeouts,
            allow_redirects=False,
            stream=True,
        ) as response:
            data = next(response.iter_content(_ANSWER_LIMIT), b"")
            return Answer(response.status_code, _json(data), response.headers.get("Location", ""))
    except requests.Timeout as error:
        raise RegistryUnreachable(
            "did not answer in time", where=address, next_step=step("")
        ) from error
    except requests.exceptions.SSLError as error:
        raise RegistryUnreachable(
            "its certificate is not trusted by this machine",
            where=address,
            next_step=step("Check the address, or set REQUESTS_CA_BUNDLE to the right authority."),
        ) from error
    except (requests.RequestException, OSError) as error:
        raise RegistryUnreachable(
            f"cannot be reached ({_cause(error)})",
            where=address,
            next_step=step("Check the address and that the registry runs."),
        ) from error


def _cause(error: BaseException) -> str:
    """The innermost reason, without the layers of libraries around it."""
    text = str(error)
    for sign, cause in (
        ("refused", "connection refused"),
        ("resolve", "no such host"),
        ("Name or service", "no such host"),
        ("nodename", "no such host"),
        ("reset", "the connection was cut"),
        ("aborted", "the connection was cut"),
    ):
        if sign in text:
            return cause
    return type(error).__name__


def _json(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
