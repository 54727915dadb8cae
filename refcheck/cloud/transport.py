"""The way to a cloud: keystoneauth's transport, with limits and manners."""

from __future__ import annotations

from typing import Any

import requests
from keystoneauth1.session import TCPKeepAliveAdapter

from refcheck.cloud.hindrances import RECONNECTED, Hindrances
from refcheck.cloud.throttling import heeding

BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of one answer; the largest that a test asks for is a few MiB."""
_PIECE = 256 * 1024
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyTooLarge(requests.RequestException):
    """The answer is larger than anything a test asks for."""


class BoundedAdapter(TCPKeepAliveAdapter):
    """Reads each answer whole, stops at the limit, and heeds a cloud that asks to wait.

    Args:
        hindrances: where it counts what stood in the way.
        patience: seconds of waiting that one request is worth.
    """

    def __init__(self, hindrances: Hindrances, patience: float) -> None:
        super().__init__()
        self._hindrances = hindrances
        self._patience = patience

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Send a request; the answer is complete when this returns."""
        options["stream"] = True
        return heeding(
            lambda: self._whole(self._reached(request, args, options)),
            self._patience,
            self._hindrances,
        )

    def _reached(
        self, request: requests.PreparedRequest, args: Any, options: Any
    ) -> requests.Response:
        """Send it, a safe one twice if need be.

        A server may close a kept connection just when we use it again. A request that changes
        nothing can be repeated then; any other may have been carried out, so it is not.
        """
        try:
            response: requests.Response = super().send(request, *args, **options)
        except requests.ConnectionError as error:
            if request.method not in _SAFE or not _ended_by_peer(error):
                raise
            self._hindrances.note(RECONNECTED)
            response = super().send(request, *args, **options)
        return response

    def _whole(self, response: requests.Response) -> requests.Response:
        pieces, size = [], 0
        for piece in response.iter_content(_PIECE):
            size += len(piece)
            if size > BODY_LIMIT:
                response.close()
                raise BodyTooLarge(f"its answer is larger than {BODY_LIMIT:,} bytes")
            pieces.append(piece)
        response._content = b"".join(pieces)  # noqa: SLF001 - where requests keeps what it read
        return response


def _ended_by_peer(error: BaseException) -> bool:
    """Whether a connection that stood was closed before the answer began."""
    while error.__context__ and not isinstance(error, ConnectionError):
        error = error.__context__
    return isinstance(error, ConnectionResetError | BrokenPipeError)
