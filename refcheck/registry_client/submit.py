"""Sending a signed result to a registry.

The result stays where it is whatever happens, and a failure says how to try again, unless the
registry refused the document itself: those bytes it will refuse again. The token goes to the
address that was given and nowhere else: redirects are told, not followed.
"""

from __future__ import annotations

import json
import queue
import shlex
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from refcheck import __version__
from refcheck.errors import BadResult, RegistryUnreachable, WrongUse
from refcheck.registry_client.receipt import Answer, Receipt, receipt_of
from refcheck.result.signing import SIZE_LIMIT, open_envelope

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 60.0
_ANSWER_LIMIT = 1024 * 1024


class _Bearer(AuthBase):
    """Puts the token on the request; being an auth object, no .netrc replaces it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def result_file(path: Path) -> Path:
    """The result document that a path means: itself, or `result.json` in a run's folder."""
    return path / "result.json" if path.is_dir() else path


def submit(
    path: Path,
    registry: str,
    token: str,
    *,
    token_file: Path | None = None,
    connect_seconds: float = CONNECT_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
) -> Receipt:
    """Send the result in a file, or in the folder of a run.

    Args:
        path: signed result document, or the folder that holds it as `result.json`.
        registry: address of the registry, like `https://registry.example.org`.
        token: API token of an account there.
        token_file: where the token was read from, for the command that tries again.
        connect_seconds: how long to wait for a connection.
        total_seconds: how long to wait for everything together.

    Raises:
        BadResult, BadSignature: the file is not a signed result; nothing was sent.
        WrongUse: the address or the token cannot be one; nothing was sent.
        RegistryRefused: the registry said no, and why.
        RegistryUnreachable: it does not answer, not in time, or is broken.
    """
    file = result_file(path)
    body = _read(file)
    address = _address(registry)
    _check_token(token)
    step = _Retry(file, registry, token_file).next_step
    answer = _within(
        total_seconds,
        lambda: _post(address, body, token, (connect_seconds, total_seconds), step),
        lambda: RegistryUnreachable(
            f"did not answer within {total_seconds:g} s", where=address, next_step=step("")
        ),
    )
    return receipt_of(answer, address, step)


@dataclass(frozen=True, slots=True)
class _Retry:
    """What to tell someone whose result did not arrive."""

    file: Path
    registry: str
    token_file: Path | None

    def next_step(self, advice: str) -> str:
        words = ["refcheck", "submit", str(self.file), "--registry", self.registry]
        if self.token_file is not None:
            words += ["--token-file", str(self.token_file)]
        command = shlex.join(words)
        return (
            f"{advice or 'Try again later.'} The result is kept at {self.file}; "
            f"send it with `{command}`."
        )


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as source:
            body = source.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise BadResult(
            f"cannot be read ({error.strerror})",
            where=str(file),
            next_step="Give a result.json, or the folder of a run in refcheck-runs.",
        ) from error
    open_envelope(body, where=str(file))
    return body


def _address(registry: str) -> str:
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
    return f"{registry.rstrip('/')}/api/v1/results"


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

    threading.Thread(target=work, name="refcheck-submit", daemon=True).start()
    try:
        found = done.get(timeout=seconds)
    except queue.Empty:
        raise too_late() from None
    if isinstance(found, Exception):
        raise found
    return found


def _post(
    address: str,
    body: bytes,
    token: str,
    timeouts: tuple[float, float],
    step: Callable[[str], str],
) -> Answer:
    headers = {
        "Content-Type": "application/vnd.dsse.envelope.v1+json",
        "Accept": "application/json",
        "User-Agent": f"refcheck/{__version__}",
    }
    try:
        with requests.post(
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
