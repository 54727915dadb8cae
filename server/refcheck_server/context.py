"""What a request handler needs of the application around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app
from flask.globals import request_ctx

from refcheck_server.database import current_session
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.settings import Settings

Done = TypeVar("Done")


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


def perform(deed: Callable[..., Done], *what: Any, **more: Any) -> Done:
    """Do something now, in the session of the request being served, and keep what it did."""
    session = current_session()
    done = deed(session, *what, now=context().now(), **more)
    session.commit()
    return done


def public_url(endpoint: str, **values: Any) -> str:
    """The full address of a page, as the outside world calls it."""
    addresses = request_ctx.url_adapter
    assert addresses is not None  # noqa: S101 - only requests ask
    base = context().settings.public_url
    # without what Flask's url_for does beside: lists have a hundred addresses
    if base is None:
        return addresses.build(endpoint, values, force_external=True)
    return base + addresses.build(endpoint, values)
