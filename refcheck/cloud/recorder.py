"""Keeps the last exchanges with the cloud, as evidence for a failure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import requests

from refcheck.cloud import redaction
from refcheck.cloud.exchange import Exchange

_REQUEST_ID_HEADERS = ("x-openstack-request-id", "x-compute-request-id", "x-trans-id")


class Recorder:
    """A response hook for a `requests` session; remembers the exchanges since `start`."""

    def __init__(self, keep: int = 6) -> None:
        self._responses: deque[requests.Response] = deque(maxlen=keep)
        self.scrubber = redaction.Scrubber()

    def watch(self, session: requests.Session) -> None:
        """Record every exchange of this session from now on."""
        session.hooks["response"].append(self._record)

    def start(self) -> None:
        """Forget what came before: a new test begins."""
        self._responses.clear()

    def exchanges(self) -> tuple[Exchange, ...]:
        """The last exchanges, oldest first, secrets removed."""
        return tuple(_evidence(response, self.scrubber.scrub) for response in self._responses)

    # Redaction waits until someone asks: most tests pass and nobody ever does.
    def _record(self, response: requests.Response, *_: object, **__: object) -> None:
        self._responses.append(response)
        self.scrubber.know(response.request.headers.get("X-Auth-Token"))
        self.scrubber.know(response.headers.get("X-Subject-Token"))


def _evidence(response: requests.Response, scrub: Callable[[str], str]) -> Exchange:
    request = response.request
    of_token = "/auth/tokens" in (request.url or "") or "/OS-TRUST" in (request.url or "")
    sent = request.body if isinstance(request.body, bytes | str) else None
    return Exchange(
        method=request.method or "",
        url=scrub(redaction.url(request.url or "")),
        status=response.status_code,
        seconds=response.elapsed.total_seconds(),
        request_id=next(
            (response.headers[name] for name in _REQUEST_ID_HEADERS if name in response.headers), ""
        ),
        request_headers=_scrubbed(redaction.headers(request.headers), scrub),
        request_body=scrub(redaction.body(sent, of_token=of_token)),
        answer_headers=_scrubbed(redaction.headers(response.headers), scrub),
        answer_body=scrub(redaction.body(response.content, of_token=of_token)),
    )


def _scrubbed(headers: dict[str, str], scrub: Callable[[str], str]) -> dict[str, str]:
    return {name: scrub(value) for name, value in headers.items()}
