"""One service of a cloud, asked raw: no retries, no normalising, no exceptions for a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import requests
from keystoneauth1 import exceptions as ks
from keystoneauth1.adapter import Adapter

from refcheck.cloud.budget import OverBudget, within
from refcheck.cloud.exchange import Answer
from refcheck.cloud.signals import Absent, HarnessFault

REQUEST_BUDGET = 60.0
"""Seconds that one request may take altogether."""
GIVE_UP_AFTER = 2
"""Requests in a row without an answer, after which a service is not asked again."""


class Service:
    """Sends requests to one service and returns what came back.

    Args:
        kind: service type as official name, such as "block-storage".
        connect: gives the adapter for the service; called at the first request, so that a cloud
            without the service can still run everything else.
    """

    def __init__(self, kind: str, connect: Callable[[], Adapter]) -> None:
        self.kind = kind
        self._connect = connect
        self._adapter: Adapter | None = None
        self._unanswered = 0

    @property
    def url(self) -> str:
        """The service's address for this project, without a trailing slash.

        Raises:
            Absent: when the catalogue has no such service.
        """
        try:
            endpoint = self._ready().get_endpoint()
        except ks.ClientException as error:
            raise self._in_the_way(error) from error
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
            HarnessFault: the service does not answer at all, or the login fails.
        """
        if self._unanswered >= GIVE_UP_AFTER:
            raise HarnessFault(
                f"network: the {self.kind} service let {GIVE_UP_AFTER} requests in a row without an"
                " answer; it is not asked again in this run"
            )
        options: dict[str, Any] = {"json": json} if json is not None else {"data": data}
        try:
            with within(REQUEST_BUDGET):
                response = self._ready().request(
                    path if "://" in path else self.url + path,
                    method,
                    headers=dict(headers or {}),
                    params=dict(params or {}),
                    microversion=microversion,
                    authenticated=authenticated,
                    raise_exc=False,
                    redirect=False,
                    **options,
                )
        except ks.ClientException as error:
            self._unanswered += isinstance(error, ks.ConnectTimeout)
            raise self._in_the_way(error) from error
        except OverBudget as error:
            self._unanswered += 1
            raise HarnessFault(
                f"network: the {self.kind} service had not answered {method} {path} after"
                f" {REQUEST_BUDGET:g} s"
            ) from error
        self._unanswered = 0
        return to_answer(response, method)

    def _ready(self) -> Adapter:
        if self._adapter is None:
            self._adapter = self._connect()
        return self._adapter

    def _in_the_way(self, error: ks.ClientException) -> Exception:
        if isinstance(error, ks.EndpointNotFound | ks.EmptyCatalog):
            return Absent(f"the catalogue has no {self.kind} service")
        if isinstance(error, ks.Unauthorized):
            return HarnessFault(f"credentials: the cloud refuses them ({error.message})")
        return HarnessFault(f"network: the {self.kind} service does not answer ({error})")


def to_answer(response: requests.Response, method: str) -> Answer:
    """A response of the `requests` library as an answer; `method` as it was asked for."""
    return Answer(
        call=f"{method} {response.url}",
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        content=response.content,
    )
