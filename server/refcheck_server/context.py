"""What a request handler needs of the application around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for

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
    base = context().settings.public_url
    if base is None:
        return url_for(endpoint, _external=True, **values)
    return base + url_for(endpoint, **values)
