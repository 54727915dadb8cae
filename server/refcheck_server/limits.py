"""How often one address may ask, whichever worker it meets."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from ipaddress import IPv6Address, IPv6Network, ip_address

from flask import Flask, Response, g, request
from limits import RateLimitItem, RateLimitItemPerMonth, parse_many
from limits.strategies import FixedWindowRateLimiter

from refcheck_server.accounts.models import NAME_LENGTH
from refcheck_server.counting import SCHEME, Windows
from refcheck_server.errors import RegistryFault
from refcheck_server.settings import Settings

_SIGN_IN = "account.sign_in_sent"
_ATTEMPTS = (
    _SIGN_IN,
    "account.change_password",
    "account.set_up_second_factor",
    "account.add_passkey",
    "account.remove_passkey",
    "openid.sign_in",
    "openid.link",
    "openid.come_back",
    "audit.consistency",
    "audit.inclusion",
    "mail.give_address",
)
"""What asks for a password, another server or the whole log, or sends mail."""
_UPLOADS = (
    "api.upload",
    "refstack.upload",
    "evidence.send",
    "applications.attach_evidence",
    "applications_api.attach_evidence",
)
_NOT_COUNTED = frozenset({"api.health", "health.alive", "health.ready", "static"})
_KNOWN = RateLimitItemPerMonth(1)
"""Whether an account signed in from an address within a month."""


class TooOften(RegistryFault, status=429):
    """One request too many; it is taken again when the window that it is counted in is over."""


def attach(app: Flask, settings: Settings, counts: str) -> None:
    """Count the requests of `app` in the file `counts`; its other hooks must be there already."""
    limits = _Limits(settings, counts)
    app.before_request(limits.count)
    app.after_request(limits.tell)


class _Limits:
    """Counts each request in the windows of its address and endpoint."""

    def __init__(self, settings: Settings, counts: str) -> None:
        self._windows = FixedWindowRateLimiter(Windows(f"{SCHEME}{counts}"))
        self._usual: Sequence[RateLimitItem] = parse_many(settings.request_rate)
        self._attempts = parse_many(settings.sign_in_rate)
        self._others: Mapping[str, Sequence[RateLimitItem]] = {
            **dict.fromkeys(_UPLOADS, parse_many(settings.upload_rate)),
            **dict.fromkeys(_ATTEMPTS, self._attempts),
        }

    def count(self) -> None:
        """Refuse a request that is one too many.

        Strangers who guess at an account must not keep its owner out, so attempts from where it
        signed in before are counted by address alone.

        Raises:
            TooOften: of its address, or to sign in to its account.
        """
        endpoint = request.endpoint
        if endpoint is None or endpoint in _NOT_COUNTED:
            return
        who = _asker()
        for limit in self._others.get(endpoint, self._usual):
            g.window = limit, who, endpoint
            if not self._windows.hit(*g.window):
                raise self._too_often("too many requests from this address")
        if endpoint == _SIGN_IN and self._windows.test(_KNOWN, who, _account()):
            for limit in self._attempts:
                if not self._windows.test(limit, _account(), _SIGN_IN, "account"):
                    g.window = limit, _account(), _SIGN_IN, "account"
                    raise self._too_often("too many attempts to sign in to this account failed")

    def _too_often(self, fault: str) -> TooOften:
        seconds = self._seconds_left()
        wait = f"{seconds} s" if seconds <= 90 else f"{math.ceil(seconds / 60)} min"
        return TooOften(fault, next_step=f"Try again in {wait}.")

    def _seconds_left(self) -> int:
        """Until the window that this request was counted in is over."""
        ends, _ = self._windows.get_window_stats(*g.window)
        return max(1, math.ceil(ends - time.time()))

    def tell(self, response: Response) -> Response:
        """Let the answer say how many more there may be, and count what failed to sign in."""
        if "window" not in g:
            return response
        limit = g.window[0]
        ends, left = self._windows.get_window_stats(*g.window)
        response.headers["X-RateLimit-Limit"] = str(limit.amount)
        response.headers["X-RateLimit-Remaining"] = str(left)
        response.headers["X-RateLimit-Reset"] = str(math.ceil(ends))
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            response.headers["Retry-After"] = str(self._seconds_left())
        elif request.endpoint == _SIGN_IN and response.status_code == HTTPStatus.UNAUTHORIZED:
            for one in self._attempts:
                self._windows.hit(one, _account(), _SIGN_IN, "account")
        elif request.endpoint == _SIGN_IN and response.status_code == HTTPStatus.SEE_OTHER:
            self._windows.clear(_KNOWN, _asker(), _account())  # the month begins anew
            self._windows.hit(_KNOWN, _asker(), _account())
        return response


def _asker() -> str:
    """The address that asks; of IPv6 its network of 64 bits, which is one asker's as a whole."""
    address = request.remote_addr or ""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))


def _account() -> str:
    """Many addresses may guess at one account."""
    return request.form.get("name", "").strip().lower()[:NAME_LENGTH]
