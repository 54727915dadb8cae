"""Who a registry answers, and headers that tell a browser what its pages may never do."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from refcheck_server.accounts.browser import is_private
from refcheck_server.context import context
from refcheck_server.errors import RegistryFault

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_FOR_PROBES = frozenset({"health.alive", "health.ready", "metrics", "static"})
"""Asked by the address of the machine; they name no address of the registry."""
_YEAR = 31_536_000


class UnknownHost(RegistryFault):
    """The registry is called by a name that nobody gave it."""


def allow_own_scripts() -> None:
    """Let the page that is being answered run scripts of the registry's own files."""
    g.own_scripts = True


def attach(app: Flask) -> None:
    """Put the headers on every answer of `app`: no scripts, no frames, nothing from elsewhere."""
    app.before_request(_refuse_strange_host)
    app.after_request(_add_headers)


def _refuse_strange_host() -> None:
    """Without a public address the Host header names the registry, in claims and links too.

    So only this machine may say it: else whoever asks could make the registry call itself theirs.

    Raises:
        UnknownHost: it is another name.
    """
    if context().settings.public_url is not None or request.endpoint in _FOR_PROBES:
        return
    if _name_in(request.headers.get("Host", "")) not in _HERE:
        raise UnknownHost(
            "this registry does not know that it is called so",
            where="Host",
            next_step="Its operator sets REFCHECK_REGISTRY_PUBLIC_URL to what others call it.",
        )


def _name_in(host: str) -> str | None:
    try:
        parts = urlsplit(f"//{host}")
        whole = parts.netloc == host and parts.port != 0
    except ValueError:
        return None
    return parts.hostname if whole else None


def _add_headers(response: Response) -> Response:
    scripts = "; script-src 'self'" if "own_scripts" in g else ""
    response.headers["Content-Security-Policy"] = _POLICY + scripts
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if is_private():
        response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
    return response
