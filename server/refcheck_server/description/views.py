"""`/openapi.json`, and the same as a page without scripts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request

from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.description.openapi import openapi

description = Blueprint("description", __name__)


@description.get("/openapi.json")
@needs(Action.BROWSE)
def document() -> dict[str, Any]:
    """The API as OpenAPI."""
    return openapi(current_app, _server())


@description.get("/docs/api")
@needs(Action.BROWSE)
def page() -> str:
    """The API for people."""
    return render_template("api.html", api=openapi(current_app, _server()))


def _server() -> str:
    return context().settings.public_url or request.host_url.rstrip("/")
