"""Errors that the registry answers a request with.

Each domain package has its own; this is what they have in common: a fault, a path, a next step
(`refcheck.errors`) and the HTTP status that carries them.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from refcheck.errors import (
    BadResult,
    BadSignature,
    RefcheckError,
    UnknownGuideline,
    UnknownTarget,
    WrongUse,
)

_PATH = re.compile(r"(\$\S*) (.+)", re.DOTALL)


class RegistryFault(WrongUse):
    """A request that the registry refuses; `where` is the path of the fault in the request."""

    status = HTTPStatus.BAD_REQUEST
    headers: tuple[tuple[str, str], ...] = ()

    def __init_subclass__(cls, status: int | None = None) -> None:
        """A sort of fault names its HTTP status behind its base, if that has another one."""
        if status is not None:
            cls.status = HTTPStatus(status)

    def details(self) -> dict[str, Any]:
        """What the JSON answer says beside the fault itself."""
        return {}


class NotFound(RegistryFault, status=404):
    """There is no such thing here."""


_STATUS_OF_CORE_ERRORS = (
    (BadSignature, HTTPStatus.UNPROCESSABLE_ENTITY),
    (BadResult, HTTPStatus.BAD_REQUEST),
    (UnknownGuideline, HTTPStatus.UNPROCESSABLE_ENTITY),
    (UnknownTarget, HTTPStatus.UNPROCESSABLE_ENTITY),
)
"""What an error of the core means over HTTP; anything else of the core is a bad request."""


def status_of(error: RefcheckError) -> HTTPStatus:
    """The HTTP status for an error."""
    if isinstance(error, RegistryFault):
        return error.status
    for kind, status in _STATUS_OF_CORE_ERRORS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.BAD_REQUEST


def path_and_fault(error: RefcheckError) -> tuple[str | None, str]:
    """The JSON path of a fault and its sentence; the core's readers put the path in front."""
    match = _PATH.fullmatch(error.fault)
    if match:
        return match.group(1), match.group(2)
    return error.where, error.fault
