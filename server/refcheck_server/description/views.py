"""`/openapi.json`, and the same as a page without scripts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import current_app, render_template, request

from refcheck_server.accounts.guarding import Views
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.description.openapi import ALWAYS, openapi

description = Views("description", __name__)


@description.get("/openapi.json", Action.BROWSE)
def document() -> dict[str, Any]:
    """The API as OpenAPI."""
    return openapi(current_app, _server())


@description.get("/docs/api", Action.BROWSE)
def page() -> str:
    """The API for people: in groups, and what any operation can end in said once."""
    api = openapi(current_app, _server())
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in api["tags"]}
    for path, methods in api["paths"].items():
        for method, one in methods.items():
            groups[one["tags"][0]].append({**one, "method": method.upper(), "path": path})
    always = {str(status): HTTPStatus(status).phrase for status in ALWAYS}
    return render_template("api.html", api=api, groups=groups, always=always)


def _server() -> str:
    return context().settings.public_url or request.host_url.rstrip("/")
