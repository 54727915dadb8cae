"""The JSON document in the body of a request."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from refcheck_server.errors import RegistryFault

_MOST_BYTES = 64 * 1024


class BadDocument(RegistryFault):
    """The body is not the JSON that is expected there."""


def read_document() -> dict[str, Any]:
    """The JSON object in the body of the request being served, of at most 64 KiB.

    Raises:
        BadDocument: it is none.
    """
    request.max_content_length = _MOST_BYTES
    try:
        found = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError) as error:
        raise BadDocument(
            "is not JSON", where="$", next_step="Send a JSON object in the body."
        ) from error
    if not isinstance(found, dict):
        raise BadDocument("is not a JSON object", where="$", next_step="Send a JSON object.")
    return found
