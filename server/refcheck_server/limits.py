"""How often one address may ask; counted in the memory of each worker."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

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
    for endpoint in ("api.upload", "refstack.upload"):
        views[endpoint] = limiter.limit(settings.upload_rate)(views[endpoint])  # type: ignore[assignment]
    for endpoint in _NOT_COUNTED:
        limiter.exempt(views[endpoint])
