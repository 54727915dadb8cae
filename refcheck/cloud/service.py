"""One service of a cloud, asked raw: no normalising, no exceptions for a refusal.

What is repeated, and when, is the transport's matter; an expired token is the session's.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from keystoneauth1 import exceptions as ks
from keystoneauth1.adapter import Adapter

from refcheck.cloud.budget import OverBudget, within
from refcheck.cloud.exchange import Answer
from refcheck.cloud.schemas.checking import check
from refcheck.cloud.schemas.findings import Findings
from refcheck.cloud.schemas.place import place_of
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault
from refcheck.cloud.throttling import Throttled

REQUEST_BUDGET = 60.0
"""Seconds that one request may take altogether, unless `api_timeout` in clouds.yaml says else."""
GIVE_UP_AFTER = 2
"""Requests in a row without an answer, after which a service is not asked again."""
_OBJECT = re.compile(r"/[^/]+/.")
"""Begins the path of an object, which has its container's before it."""
_SAFE = frozenset({"GET", "HEAD"})
STRANGE = (TypeError, ValueError, LookupError, AttributeError, RecursionError)
"""What the SDK raises at a version document that is none."""


@dataclass(slots=True)
class _Asked:
    """What came of asking a service, by whomever."""

    unanswered: int = 0
    """Requests in a row that it left without an answer."""


class Service:
    """Sends requests to one service and returns what came back.

    Args:
        kind: service type as official name, such as "block-storage".
        connect: gives the adapter for the service; called at the first request, so that a cloud
            without the service can still run everything else.
        note: told what is wrong with the form of each answer; without it none is looked at.
        budget: seconds that one request may take altogether.
    """

    def __init__(
        self,
        kind: str,
        connect: Callable[[], Adapter],
        note: Callable[[Findings], None] | None = None,
        budget: float = REQUEST_BUDGET,
    ) -> None:
        self.kind = kind
        self._connect = connect
        self._note = note
        self._budget = budget
        self._adapter: Adapter | None = None
        self.known_gone: set[str] = set()
        """Paths whose deletion was accepted, and that answered 404 when asked for last."""
        self._deleted: set[str] = set()
        self._followed: dict[str, Answer | None] = {}
        self._stored: set[str] = set()
        self._asked = _Asked()

    def aside(self) -> Service:
        """The same service, for what several tests share: the form of its answers counts for none.

        Which of the tests comes first, and so would bear what is found, is chance.
        """
        same = copy.copy(self)
        same._connect, same._note = self._ready, None  # noqa: SLF001 - our own
        return same

    @property
    def url(self) -> str:
        """The service's address for this project, without a trailing slash.

        Raises:
            Absent: when the catalogue has no such service.
            CloudFault: its version document is none.
        """
        try:
            endpoint = self._ready().get_endpoint()
        except ks.ClientException as error:
            raise self._in_the_way(error) from error
        except STRANGE as error:
            raise CloudFault(
                f"the versions of the {self.kind} service cannot be read"
                f" ({type(error).__name__}: {error})"
            ) from error
        if not endpoint:
            raise Absent(f"the catalogue has no {self.kind} service")
        return str(endpoint).rstrip("/")

    def get(self, path: str, **options: Any) -> Answer:
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> Answer:
        return self.request("HEAD", path, **options)

    def post(self, path: str, **options: Any) -> Answer:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> Answer:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Answer:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.request("DELETE", path, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        microversion: str | None = None,
        authenticated: bool = True,
    ) -> Answer:
        """Send one request.

        Args:
            path: below the service's endpoint (leading slash), or an absolute URL.
            microversion: such as "2.26"; none is sent without it.
            authenticated: False sends no token.

        Raises:
            Absent: the catalogue has no such service.
            HarnessFault: the service does not answer at all or limits our rate, or the cloud
                refuses our log-in or its token.
        """
        if self._asked.unanswered >= GIVE_UP_AFTER:
            raise HarnessFault(
                f"network: the {self.kind} service left {GIVE_UP_AFTER} requests in a row without a"
                " usable answer; it is not asked again in this run"
            )
        self._forget_shown(method, path)
        options: dict[str, Any] = {"json": json} if json is not None else {"data": data}
        try:
            with within(self._budget):
                endpoint = self.url
                response = self._sent(
                    path if "://" in path else endpoint + path,
                    method,
                    headers=dict(headers or {}),
                    params=dict(params or {}),
                    microversion=microversion,
                    authenticated=authenticated,
                    **options,
                )
        except ks.ClientException as error:
            self._asked.unanswered += isinstance(error, ks.ConnectTimeout) or _is_throttled(error)
            raise self._in_the_way(error) from error
        except OverBudget as error:
            self._asked.unanswered += 1
            raise HarnessFault(
                f"network: the {self.kind} service had not answered {method} {path} after"
                f" {self._budget:g} s"
            ) from error
        if authenticated and response.status_code == 401:
            # The session has logged in anew already, and the new token is refused as well.
            self._asked.unanswered += 1
            raise HarnessFault(
                f"credentials: the {self.kind} service refuses a fresh token ({method} {path}"
                " answered 401)"
            )
        self._asked.unanswered = 0
        answer = to_answer(response, method)
        if authenticated:
            self._remember(method, path, answer.status)
            if method == "GET" and path in self._followed and not (params or microversion):
                self._followed[path] = answer if answer.status == 200 else None
        if self._note:
            place = place_of(path, endpoint, sent=json, in_part="fields" in (params or {}))
            self._note(check(self.kind, method, place, microversion, answer))
        return answer

    def _sent(self, url: str, method: str, **options: Any) -> requests.Response:
        """The response; the SDK has logged in anew already if a token was refused.

        It does not when another thread has begun to do so: then the token is a new one by now.
        """
        options |= {"raise_exc": False, "redirect": False}
        adapter = self._ready()
        response: requests.Response = adapter.request(url, method, **options)
        refused = response.status_code == 401 and options["authenticated"]
        if refused and response.request.headers.get("X-Auth-Token") != adapter.get_token():
            response = adapter.request(url, method, **options)
        return response

    def examine(self, answer: Answer, method: str, path: str, sent: object) -> None:
        """Have the form of an answer count here that another asked for, as `aside` does."""
        if self._note:
            self._note(check(self.kind, method, place_of(path, self.url, sent), None, answer))

    def take_stored(self) -> list[str]:
        """Paths of the objects that were put into containers since the last time."""
        stored = sorted(self._stored)
        self._stored.clear()
        return stored

    def is_there(self, path: str) -> None:
        """Note that something was made there: what was known of an earlier one holds no more."""
        self.known_gone.discard(path)
        self._deleted.discard(path)

    def follow(self, path: str) -> None:
        """Keep what is shown there from now on, for `last_shown`."""
        self._followed[path] = None

    def last_shown(self, path: str) -> Answer | None:
        """What was shown last of a thing that is followed; None if it may have changed since.

        It may have when anything but a look was sent there or below. What others do is not known.
        """
        return self._followed.get(path)

    def _forget_shown(self, method: str, path: str) -> None:
        if method not in _SAFE:
            for followed in self._followed:
                if f"{path}/".startswith(f"{followed}/"):
                    self._followed[followed] = None

    def _remember(self, method: str, path: str, status: int) -> None:
        """A 404 alone says little: it may be a replica's that is behind, and we would leave it."""
        if method == "DELETE" and status in range(200, 300):
            self._deleted.add(path)
            self._stored.discard(path)
        if (
            self.kind == "object-store"
            and method == "PUT"
            and status == 201
            and _OBJECT.match(path)
        ):
            self._stored.add(path)
        if status == 404 and path in self._deleted and method in {"GET", "HEAD", "DELETE"}:
            self.known_gone.add(path)
        else:
            self.known_gone.discard(path)

    def _ready(self) -> Adapter:
        if self._adapter is None:
            self._adapter = self._connect()
        return self._adapter

    def _in_the_way(self, error: ks.ClientException) -> Exception:
        if isinstance(error, ks.EndpointNotFound | ks.EmptyCatalog):
            return Absent(f"the catalogue has no {self.kind} service")
        if isinstance(error, ks.Unauthorized):
            return HarnessFault(f"credentials: the cloud refuses them ({error.message})")
        if _is_throttled(error):
            return HarnessFault(
                f"quota: rate limit: the {self.kind} service asks to be asked later ({error}); ask"
                " the operator for a higher limit, or use fewer workers"
            )
        return HarnessFault(f"network: the {self.kind} service does not answer ({error})")


Services = Callable[[str], Service]
"""Gives the service of a type."""


def _is_throttled(error: ks.ClientException) -> bool:
    return isinstance(error, ks.UnknownConnectionError) and isinstance(error.original, Throttled)


def to_answer(response: requests.Response, method: str) -> Answer:
    """A response of the `requests` library as an answer; `method` as it was asked for."""
    return Answer(
        call=f"{method} {response.url}",
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        content=response.content,
    )
