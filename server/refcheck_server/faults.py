"""How an error becomes an answer: JSON under `/api` and `/v1`, else a page; never a traceback."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
)
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from refcheck.errors import RefcheckError
from refcheck_server.addresses import for_machines
from refcheck_server.errors import RegistryFault, path_and_fault, status_of
from refcheck_server.fields import BadField

_FAULTS = {HTTPStatus.NOT_FOUND: "there is nothing at this address"}
"""What says more than the status does."""
_NEXT_STEPS = {
    HTTPStatus.NOT_FOUND: "Check the address, or start from the front page.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Use the method that the API description gives.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Send less: a form takes 256 KiB, a document 64.",
}


def attach(app: Flask) -> None:
    """Answer every error of `app`."""
    app.register_error_handler(RefcheckError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ParseException, _not_http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(Exception, _our_fault)


def _refused(error: RefcheckError) -> Response:
    path, fault = path_and_fault(error)
    if isinstance(error, BadField) and not for_machines():
        path, fault = None, error.sentence
    details = error.details() if isinstance(error, RegistryFault) else {}
    response = _answer(status_of(error), fault, error.next_step, path, details)
    if isinstance(error, RegistryFault):
        response.headers.extend(error.headers)
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        current_app.logger.warning("%s %s: %s", request.method, request.path, fault)
    return response


def _http(error: HTTPException) -> Response:
    original = error.get_response()
    if original.status_code < HTTPStatus.BAD_REQUEST:
        return make_response(original)
    status = HTTPStatus(original.status_code)
    fault = _FAULTS.get(status, status.phrase.lower())
    response = _answer(status, fault, _NEXT_STEPS.get(status, "Check the request."))
    for header in ("Allow", "Retry-After"):
        if header in original.headers:
            response.headers[header] = original.headers[header]
    return response


def _not_http(_error: ParseException) -> Response:
    return _answer(
        HTTPStatus.BAD_REQUEST,
        "the body is not sent as HTTP has it",
        "Send it with a length, or in chunks of the right form.",
    )


def _database_away(error: Exception) -> Response:
    _log(error)
    response = _answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "the registry's database cannot be used at the moment",
        "Nothing was stored; try again in a minute.",
    )
    response.headers["Retry-After"] = "60"
    return response


def _our_fault(error: Exception) -> Response:
    _log(error)
    return _answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "the registry itself broke on this request",
        "Nothing was stored. Please report it; the registry's log has the details.",
    )


def _log(error: Exception) -> None:
    current_app.logger.error("%s %s", request.method, request.path, exc_info=error)


def _answer(
    status: HTTPStatus,
    fault: str,
    next_step: str,
    path: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Response:
    if for_machines():
        error = {"fault": fault, "path": path, "next_step": next_step}
        response = jsonify({"error": error, **(details or {})})
    else:
        page = {"status": status, "fault": fault, "path": path, "next_step": next_step}
        response = make_response(render_template("error.html", **page))
    response.status_code = status
    return response
