"""A session that asks its surroundings once per host, and takes no credentials from them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests


class SettledSession(requests.Session):
    """Proxies and certificates of the environment are looked up at the first request to a host.

    `requests` looks with every request, which is a tenth of our own time in a run. And it adds what
    `~/.netrc` has for the host to a request that brings no credentials, where a test may be about
    just that.
    """

    def __init__(self) -> None:
        super().__init__()
        self.auth = _as_it_is
        self._settled: dict[tuple[object, ...], Any] = {}

    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        """What a request to this address is sent with."""
        if proxies:
            return super().merge_environment_settings(url, proxies, stream, verify, cert)
        place = urlsplit(url)
        key = (place.scheme, place.netloc, stream, verify, cert)
        if key not in self._settled:
            settled = super().merge_environment_settings(url, proxies, stream, verify, cert)
            self._settled[key] = settled
        found = self._settled[key]
        return {**found, "proxies": dict(found["proxies"])}


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
