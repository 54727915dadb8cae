"""How often one address may ask, whichever worker it meets."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import IPv6Address, IPv6Network, ip_address

from flask import Flask, Response, request
from flask_limiter import Limiter

from refcheck_server.accounts.models import NAME_LENGTH
from refcheck_server.counting import SCHEME
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
_NOT_COUNTED = ("api.health", "health.alive", "health.ready", "static")


def attach(app: Flask, settings: Settings, counts: str) -> None:
    """Count the requests of `app`, whose views must all be there already, in the file `counts`."""
    limiter = Limiter(
        _asker,
        app=app,
        default_limits=[settings.request_rate],
        storage_uri=f"{SCHEME}{counts}",
        headers_enabled=True,
    )
    views = app.view_functions
    for endpoint in _UPLOADS:
        views[endpoint] = limiter.limit(settings.upload_rate)(views[endpoint])  # type: ignore[assignment]
    for endpoint in _ATTEMPTS:
        views[endpoint] = limiter.limit(settings.sign_in_rate)(views[endpoint])  # type: ignore[assignment]
    by_account = limiter.limit(settings.sign_in_rate, key_func=_account, deduct_when=_failed)
    views[_SIGN_IN] = by_account(views[_SIGN_IN])  # type: ignore[assignment]
    for endpoint in _NOT_COUNTED:
        limiter.exempt(views[endpoint])


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


def _failed(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED
