"""What a browser holds: one cookie with a random secret, from which its forms are known again.

The secret names a session once somebody signed in with it. Before that it only ties forms to the
browser that they were sent to. Signing in and out replaces it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime

from flask import Flask, Response, g, request

from refcheck_server.accounts.errors import NotAllowed
from refcheck_server.context import context

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
FIELD = "form_token"
MOST_BYTES = 256 * 1024
"""Of a form. It holds for whatever reads a body and names no limit of its own."""
_GOOD_FOR = 600
"""Seconds, of what is sealed."""


def attach(app: Flask) -> None:
    """Let forms of `app` have `form_token()`, and give the cookie to whoever gets such a form."""
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.context_processor(lambda: {"form_token": form_token})
    app.after_request(_hand_out)


def secret() -> str | None:
    """What the cookie of this request holds; None without one of ours."""
    given = request.cookies.get(_name(), "")
    return given if _SECRET.fullmatch(given) else None


def renew() -> str:
    """A new secret, which the browser gets with the answer."""
    g.browser_secret = secrets.token_urlsafe(32)
    renewed: str = g.browser_secret
    return renewed


def derived(purpose: str) -> str:
    """A value that only this browser's secret leads to; the same each time until it is renewed."""
    held = g.get("browser_secret") or secret() or renew()
    return hmac.new(held.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def seal(purpose: str, text: str, *, now: datetime) -> str:
    """Text that this browser carries and brings back soon, see `unseal`; nothing else is kept."""
    dated = f"{int(now.timestamp())}.{text}"
    return f"{dated}.{derived(f'{purpose} {dated}')}"


def unseal(purpose: str, sealed: str, *, now: datetime) -> str | None:
    """What was sealed; None when this browser was not given it for that, or too long ago."""
    dated, _, mark = sealed.rpartition(".")
    if not hmac.compare_digest(mark.encode(), derived(f"{purpose} {dated}").encode()):
        return None
    at, _, text = dated.partition(".")
    return text if now.timestamp() - int(at) <= _GOOD_FOR else None


def form_token() -> str:
    """What each form of this browser carries."""
    return derived("form")


def check_form() -> None:
    """Refuse a form that did not come from a page of ours in this browser.

    Raises:
        NotAllowed: another site sent it, the cookie is gone, or signing in replaced it.
    """
    given = request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode(), form_token().encode()):
        raise NotAllowed(
            "this form was not sent from a page of this registry in this browser",
            next_step="Allow cookies, open the page again, and send the form from there.",
        )


def within(address: str | None) -> str | None:
    """An address to go on to, if it leads nowhere but to this registry."""
    if not address or not address.isprintable() or "\\" in address or len(address) > 2000:
        return None
    return address if address.startswith("/") and not address.startswith("//") else None


def is_private() -> bool:
    """Whether what passes between this browser and the registry is encrypted."""
    base = context().settings.public_url
    return request.is_secure or (base is not None and base.startswith("https:"))


def _name() -> str:
    return "__Host-refcheck" if is_private() else "refcheck"


def _hand_out(response: Response) -> Response:
    if "browser_secret" in g:
        response.set_cookie(
            _name(), g.browser_secret, secure=is_private(), httponly=True, samesite="Lax", path="/"
        )
    elif (secret() is None and "Authorization" not in request.headers) or (
        request.endpoint == "static"
    ):
        return response
    response.headers["Cache-Control"] = "no-store"  # it may tell what only its reader may see
    return response
