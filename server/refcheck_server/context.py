"""What a request handler needs of the application around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask.globals import request_ctx

from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """Settings, clock and guidelines of one application."""

    settings: Settings
    now: Callable[[], datetime]
    guidelines: GuidelineShelf


def context() -> Context:
    """The context of the application that serves this request."""
    found: Context = current_app.extensions["refcheck"]
    return found


def public_url(endpoint: str, **values: Any) -> str:
    """The full address of a page, as the outside world calls it."""
    addresses = request_ctx.url_adapter
    assert addresses is not None  # noqa: S101 - only requests ask
    base = context().settings.public_url
    # without what Flask's url_for does beside: lists have a hundred addresses
    if base is None:
        return addresses.build(endpoint, values, force_external=True)
    return base + addresses.build(endpoint, values)
