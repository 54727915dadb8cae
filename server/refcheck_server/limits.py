"""How often one address may ask; counted in the memory of each worker."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from refcheck_server.accounts.models import NAME_LENGTH
from refcheck_server.settings import Settings

_NOT_COUNTED = ("api.health", "health.alive", "health.ready", "static")


def attach(app: Flask, settings: Settings) -> None:
    """Count the requests of `app`, whose views must all be there already."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        default_limits=[settings.request_rate],
        storage_uri="memory://",
        headers_enabled=True,
    )
    views = app.view_functions
    views["api.upload"] = limiter.limit(settings.upload_rate)(views["api.upload"])  # type: ignore[assignment]
    attempt = views["account.sign_in_sent"]
    attempt = limiter.limit(settings.sign_in_rate)(attempt)  # type: ignore[assignment]
    attempt = limiter.limit(  # many addresses may guess at one account
        settings.sign_in_rate, key_func=_account, deduct_when=_failed
    )(attempt)  # type: ignore[assignment]
    views["account.sign_in_sent"] = attempt
    for endpoint in _NOT_COUNTED:
        limiter.exempt(views[endpoint])


def _account() -> str:
    return request.form.get("name", "").strip().lower()[:NAME_LENGTH]


def _failed(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED
