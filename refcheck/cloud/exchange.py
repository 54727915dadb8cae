"""One request and its answer: the raw form that tests look at, and the form kept as evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from refcheck.cloud.signals import CloudFault


class Body(dict[str, Any]):
    """A JSON object of an answer; a field that is not there is the cloud's fault."""

    def __missing__(self, key: str) -> Any:
        present = ", ".join(sorted(self)) or "none"
        raise CloudFault(f"the answer has no field {key!r} (its fields: {present})")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the cloud answered, untouched.

    Attributes:
        call: method and URL of the request, for messages.
        status: HTTP status code.
        headers: names in lower case.
        content: body bytes.
    """

    call: str
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body as JSON; objects are `Body`.

        Raises:
            CloudFault: when the body is not JSON.
        """
        try:
            return json.loads(self.content, object_hook=Body)
        except (ValueError, RecursionError) as error:
            raise CloudFault(f"{self.call} answered no JSON: {self.content[:200]!r}") from error

    def __getitem__(self, key: str) -> Any:
        body = self.json
        if not isinstance(body, Body):
            raise CloudFault(f"{self.call} answered a JSON {type(body).__name__}, not an object")
        return body[key]

    def header(self, name: str) -> str:
        """A header that must be there.

        Raises:
            CloudFault: when it is not.
        """
        try:
            return self.headers[name.lower()]
        except KeyError as error:
            raise CloudFault(f"{self.call} answered without the header {name}") from error

    @property
    def message(self) -> str:
        """The cloud's own words about a refusal, shortened; "" when there are none."""
        text = self.content[:4000].decode("utf-8", "replace").strip()
        try:
            words = next(_messages(json.loads(self.content)), text)
        except (ValueError, RecursionError):
            words = text
        return " ".join(words.split())[:300]


def _messages(document: object) -> Iterator[str]:
    """Texts under `message` or `detail`, wherever the service puts them."""
    if isinstance(document, dict):
        for key in ("message", "detail"):
            if isinstance(document.get(key), str) and document[key]:
                yield document[key]
        for value in document.values():
            yield from _messages(value)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and answer as evidence: secrets removed, bodies shortened."""

    method: str
    url: str
    status: int
    seconds: float
    request_id: str
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: str = ""
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    answer_body: str = ""
    authenticated: bool = True

    @property
    def curl(self) -> str:
        """A line that repeats the request; a token is left to the reader's environment."""
        parts = ["curl", "-i", "-X", self.method, f"'{self.url}'"]
        parts += ['-H "X-Auth-Token: $OS_TOKEN"'] * self.authenticated
        parts += [f"-H '{name}: {value}'" for name, value in self.request_headers.items()]
        if self.request_body:
            quoted = self.request_body.replace("'", "'\\''")
            parts.append(f"-d '{quoted}'")
        return " ".join(parts)

    def to_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "url": self.url,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "request_id": self.request_id,
            "request_body": self.request_body,
            "answer_body": self.answer_body,
            "curl": self.curl,
        }
