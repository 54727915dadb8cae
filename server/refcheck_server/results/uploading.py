"""The bytes of an upload: never more than the limit is held, and the sender hears why."""

from __future__ import annotations

from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from refcheck_server.errors import RegistryFault
from refcheck_server.results.errors import TooLarge, UnsupportedEncoding

_DRAIN_LIMIT = 64 * 1024 * 1024
_CHUNK = 256 * 1024


def read_body(request: Request, limit: int) -> bytes:
    """The body of a request, at most `limit` bytes.

    Raises:
        TooLarge: more than that was sent.
        UnsupportedEncoding: it is compressed.
        RegistryFault: the sender went away half-way.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedEncoding(
            f"Content-Encoding {request.headers['Content-Encoding'][:40]!r} is not read here",
            next_step="Send the envelope as it is, uncompressed.",
        )
    request.max_content_length = limit + 1  # a body without a length is cut there, not refused
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise _too_large(request, limit) from error
    except (ClientDisconnected, OSError) as error:
        raise RegistryFault(
            "the upload ended before all of it was sent", next_step="Send it again."
        ) from error
    if len(body) > limit:
        raise _too_large(request, limit)
    return body


def _too_large(request: Request, limit: int) -> TooLarge:
    _drain(request)
    return TooLarge(
        f"the upload is larger than {limit:,} bytes",
        next_step="Check that this is a result document.",
    )


def _drain(request: Request) -> None:
    """Read what is still coming and forget it: a sender that is cut off hears no answer."""
    source = request.environ["wsgi.input"]
    left = min(request.content_length or _DRAIN_LIMIT, _DRAIN_LIMIT)
    while left > 0:
        chunk = source.read(min(_CHUNK, left))
        if not chunk:
            return
        left -= len(chunk)
