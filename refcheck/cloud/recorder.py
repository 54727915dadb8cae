"""Keeps the last exchanges with the cloud, as evidence for a failure."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

import requests

from refcheck.cloud import redaction
from refcheck.cloud.clock import Skew
from refcheck.cloud.exchange import Exchange
from refcheck.cloud.hindrances import Hindrances
from refcheck.cloud.learning import secrets_of
from refcheck.cloud.schemas.findings import NOTHING, Findings
from refcheck.cloud.scrubbing import Scrubber

_MOST_WRONG = 3
"""Exchanges with findings that are kept beside the last ones."""
_REQUEST_ID_HEADERS = ("x-openstack-request-id", "x-compute-request-id", "x-trans-id")


class Recorder:
    """A response hook for a `requests` session; remembers the exchanges since `start`."""

    def __init__(self, keep: int = 6) -> None:
        self._responses: deque[requests.Response] = deque(maxlen=keep)
        self._wrong: list[requests.Response] = []
        self.scrubber = Scrubber()
        self.hindrances = Hindrances()
        self.skew = Skew()
        self.findings = NOTHING
        """What is wrong with the answers since `start`."""

    def watch(self, session: requests.Session) -> None:
        """Record every exchange of this session from now on."""
        session.hooks["response"].append(self._record)
        self.skew.watch(session)

    def start(self) -> None:
        """Forget what came before: a new test begins."""
        self._responses.clear()
        self._wrong.clear()
        self.findings = NOTHING

    def note(self, findings: Findings) -> None:
        """Keep what was found in the last answer, and that exchange as evidence for it."""
        more = self.findings | findings
        news = (more.faults, more.extras) != (self.findings.faults, self.findings.extras)
        if news and self._responses and len(self._wrong) < _MOST_WRONG:
            self._wrong.append(self._responses[-1])
        self.findings = more

    def exchanges(self) -> tuple[Exchange, ...]:
        """Those with findings and the last ones, oldest first, secrets removed."""
        shown = [one for one in self._wrong if one not in self._responses] + [*self._responses]
        return tuple(_evidence(response, self.scrubber.scrub) for response in shown)

    # Redaction waits until someone asks: most tests pass and nobody ever does.
    def _record(self, response: requests.Response, *_: object, **__: object) -> None:
        # What other threads prepare meanwhile is no evidence of what the test saw.
        if threading.current_thread() is threading.main_thread():
            self._responses.append(response)
        for secret in secrets_of(response):
            self.scrubber.know(secret)


def _evidence(response: requests.Response, scrub: Callable[[str], str]) -> Exchange:
    request = response.request
    of_token = "/auth/tokens" in (request.url or "") or "/OS-TRUST" in (request.url or "")
    sent = request.body if isinstance(request.body, bytes | str) else None
    return Exchange(
        method=request.method or "",
        url=scrub(redaction.url(request.url or "")),
        status=response.status_code,
        seconds=response.elapsed.total_seconds(),
        request_id=scrub(
            next((response.headers[n] for n in _REQUEST_ID_HEADERS if n in response.headers), "")
        ),
        request_headers=_scrubbed(redaction.headers(request.headers), scrub),
        request_body=_kept(sent, scrub, of_token=of_token),
        answer_headers=_scrubbed(redaction.headers(response.headers), scrub),
        answer_body=_kept(response.content, scrub, of_token=of_token),
        authenticated="X-Auth-Token" in request.headers,
    )


def _kept(content: bytes | str | None, scrub: Callable[[str], str], *, of_token: bool) -> str:
    # Cut last: half a secret is not told from other text.
    return redaction.shortened(scrub(redaction.body(content, of_token=of_token)))


def _scrubbed(headers: dict[str, str], scrub: Callable[[str], str]) -> dict[str, str]:
    return {name: scrub(value) for name, value in headers.items()}
