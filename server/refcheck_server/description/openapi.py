"""The OpenAPI description of an application: its addresses, and what its views say."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from refcheck import __version__
from refcheck_server.description.operations import JSON, PARAMETERS, Operation, operation_of

_PLACE = re.compile(r"<(?:(?P<kind>\w+)(?:\(length=(?P<length>\d+)\))?:)?(?P<name>\w+)>")
_WORD = "^[a-z0-9][a-z0-9.-]{0,63}$"
_BY_VIEW = (400, 404, 405, 429, 503)
_BY_SERVER = (414, 431)
"""Refusals of an address or a header that is too long, before any view is asked."""
ALWAYS = sorted((*_BY_VIEW, *_BY_SERVER))
"""Refusals that any operation can end in."""
_WITH_TOKEN = (401, 403)
_TAGS = {
    "api": "Results and clouds",
    "evidence": "Results and clouds",
    "vendors_api": "Vendors",
    "products_api": "Products",
    "applications_api": "Applications",
    "flow": "Applications",
    "account_api": "One's own account",
    "notices_api": "Notices",
    "refstack": "As RefStack had it",
    "accounts": "Running the registry",
    "audit_api": "Running the registry",
    "jobs_api": "Running the registry",
    "health": "Running the registry",
}
"""What the operations of a blueprint are about, in the order of the page."""
_OBJECTS = (JSON, "application/yaml")
_PAGE = {"text/html": {"schema": {"type": "string"}}}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["fault", "path", "next_step"],
            "properties": {
                "fault": {"type": "string"},
                "path": {"type": ["string", "null"]},
                "next_step": {"type": ["string", "null"]},
            },
        }
    },
}


def openapi(app: Flask, server: str) -> dict[str, Any]:
    """The description as OpenAPI 3.1; `server` is the address that all others begin with."""
    paths: dict[str, dict[str, Any]] = {}
    for path, method, described in sorted(_described(app), key=lambda one: one[:2]):
        paths.setdefault(path, {})[method] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "refcheck registry",
            "version": __version__,
            "description": "Results, the registry's verdicts on them, and what clouds may claim.",
        },
        "servers": [{"url": server}],
        "tags": [{"name": name} for name in dict.fromkeys(_TAGS.values())],
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _described(app: Flask) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        operation = operation_of(view)
        if operation is None:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = _PLACE.sub(r"{\g<name>}", rule.rule)
            yield path, method.lower(), _operation(rule, inspect.getdoc(view) or "", operation)


def _operation(rule: Rule, words: str, one: Operation) -> dict[str, Any]:
    summary, _, rest = words.partition("\n")
    described: dict[str, Any] = {
        "operationId": rule.endpoint,
        "tags": [_TAGS[rule.endpoint.partition(".")[0]]],
        "summary": summary.rstrip("."),
        "parameters": list(_parameters(rule, one)),
        "responses": _answers(one),
    }
    if rest.strip():
        described["description"] = rest.strip()
    if one.token is not None:
        described["security"] = [{"token": []}] if one.token else [{"token": []}, {}]
    if one.body is not None:
        media, schema = one.body
        described["requestBody"] = {"required": True, "content": {media: {"schema": schema}}}
    return described


def _parameters(rule: Rule, one: Operation) -> Iterator[dict[str, Any]]:
    for part in _PLACE.finditer(rule.rule):
        schema = _schema(part["kind"], part["length"])
        yield {"name": part["name"], "in": "path", "required": True, "schema": schema}
    for name, found in {**one.asked, **{name: PARAMETERS[name] for name in one.query}}.items():
        schema = dict(found)
        words = schema.pop("description")
        yield {"name": name, "in": "query", "description": words, "schema": schema}
    for name, words in one.headers.items():
        yield {"name": name, "in": "header", "description": words, "schema": {"type": "string"}}


def _schema(kind: str | None, length: str | None) -> dict[str, Any]:
    match kind:
        case "hex":
            return {"type": "string", "pattern": f"^[0-9a-f]{{{length}}}$"}
        case "word":
            return {"type": "string", "pattern": _WORD}
        case "number":
            return {"type": "integer", "minimum": 1}
        case "uuid":
            return {"type": "string", "format": "uuid"}
        case _:
            return {"type": "string"}


def _answers(one: Operation) -> dict[str, Any]:
    good: dict[str, Any] = {"description": HTTPStatus(one.status).phrase}
    if one.media is not None:
        schema = {"type": "object" if one.media in _OBJECTS else "string"}
        good["content"] = {one.media: {"schema": schema}}
    refused = {*_BY_VIEW, *one.refusals, *(() if one.token is None else _WITH_TOKEN)}
    if one.body is not None:
        refused |= {413, 415}
    error = {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}
    answers = dict.fromkeys(refused, error) | dict.fromkeys(_BY_SERVER, _PAGE)
    return {str(one.status): good} | {
        str(status): {"description": HTTPStatus(status).phrase, "content": answers[status]}
        for status in sorted(answers)
    }
