"""What passes through the proxy: a request, its reply, and what may be done to either."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a client sent it.

    Attributes:
        service: which of the cloud's services it is for, such as "nova".
        path: path and query below that service's prefix.
        headers: names in lower case.
    """

    service: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def token(self) -> str:
        return self.headers.get("x-auth-token", "")

    @property
    def is_login(self) -> bool:
        return self.method == "POST" and self.path.startswith("/v3/auth/tokens")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as the client gets it."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def with_header(self, name: str, value: str) -> Reply:
        others = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=(*others, (name, value)))

    def with_json(self, document: Any) -> Reply:
        return replace(self, body=json.dumps(document).encode())


Forward = Callable[[Request], Reply]
Fault = Callable[[Request, Forward], Reply]
"""Gets a request and the way on to the cloud; what it returns is what the client sees."""


class HangUp(Exception):
    """Raised by a fault: the connection ends without an answer."""


def refusal(status: int, message: str, **headers: str) -> Reply:
    """An answer of the proxy's own."""
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    body = json.dumps({"error": {"code": status, "message": message}}).encode()
    return Reply(status, (*pairs, ("Content-Type", "application/json")), body)
