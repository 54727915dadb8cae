"""The way to a cloud: keystoneauth's transport, with a limit to what an answer may weigh."""

from __future__ import annotations

from typing import Any

import requests
from keystoneauth1.session import TCPKeepAliveAdapter

BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of one answer; the largest that a test asks for is a few MiB."""
_PIECE = 256 * 1024


class BodyTooLarge(requests.RequestException):
    """The answer is larger than anything a test asks for."""


class BoundedAdapter(TCPKeepAliveAdapter):
    """Reads each answer whole, and stops at the limit."""

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Send a request; the answer is complete when this returns."""
        options["stream"] = True
        response: requests.Response = super().send(request, *args, **options)
        pieces, size = [], 0
        for piece in response.iter_content(_PIECE):
            size += len(piece)
            if size > BODY_LIMIT:
                response.close()
                raise BodyTooLarge(f"its answer is larger than {BODY_LIMIT:,} bytes")
            pieces.append(piece)
        response._content = b"".join(pieces)  # noqa: SLF001 - where requests keeps what it read
        return response
