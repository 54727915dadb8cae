"""The bytes of an upload: never more than the limit is held, and the sender hears why."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Mapping
from typing import IO

import zstandard
from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from refcheck_server.errors import RegistryFault
from refcheck_server.results.errors import TooLarge, UnsupportedEncoding

_DRAIN_LIMIT = 64 * 1024 * 1024
_CHUNK = 256 * 1024
_WINDOW = 8 * 1024 * 1024
"""Bytes that a sender can make us hold beside the limit; what zstd -19 needs."""


def _zstd(body: IO[bytes]) -> IO[bytes]:
    reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(body)
    return io.BufferedReader(reader, _CHUNK)


_DECODERS: Mapping[str, Callable[[IO[bytes]], IO[bytes]]] = {
    "zstd": _zstd,
    "gzip": lambda body: gzip.GzipFile(fileobj=body),  # type: ignore[dict-item,return-value]
}


def read_body(request: Request, limit: int) -> bytes:
    """The body of a request, decompressed; at most `limit` bytes, before and after.

    Raises:
        TooLarge: more than that was sent, or comes out.
        UnsupportedEncoding: it is compressed in another way than zstd or gzip.
        RegistryFault: it is damaged, or the sender went away half-way.
    """
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"identity", *_DECODERS}:
        raise UnsupportedEncoding(
            f"Content-Encoding {encoding[:40]!r} is not read here",
            next_step="Send the envelope as it is, or compressed with zstd or gzip.",
        )
    body = _read(request, limit)
    if len(body) > limit:
        raise _too_large(request, limit)
    return body if encoding == "identity" else _decoded(body, encoding, limit)


def _read(request: Request, limit: int) -> bytes:
    request.max_content_length = limit + 1  # a body without a length is cut there, not refused
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise _too_large(request, limit) from error
    except (ClientDisconnected, OSError) as error:
        raise RegistryFault(
            "the upload ended before all of it was sent", next_step="Send it again."
        ) from error


def _decoded(body: bytes, encoding: str, limit: int) -> bytes:
    """What a compressed body holds: it is decompressed no further than the limit."""
    try:
        with _DECODERS[encoding](io.BytesIO(body)) as reader:
            found = reader.read(limit + 1)
    except (zstandard.ZstdError, zlib.error, EOFError, OSError) as error:
        raise RegistryFault(
            f"the body is not whole as Content-Encoding {encoding}",
            where="$",
            next_step="Compress the envelope again, or send it as it is.",
        ) from error
    if len(found) > limit:
        raise TooLarge(
            f"the upload holds more than {limit:,} bytes when it is decompressed",
            next_step="Check that this is a result document.",
        )
    return found


def _too_large(request: Request, limit: int) -> TooLarge:
    drain(request)
    return TooLarge(
        f"the upload is larger than {limit:,} bytes",
        next_step="Check that this is a result document.",
    )


def drain(request: Request) -> None:
    """Read what is still coming and forget it: a sender that is cut off hears no answer."""
    source = request.environ["wsgi.input"]
    left = min(request.content_length or _DRAIN_LIMIT, _DRAIN_LIMIT)
    while left > 0:
        chunk = source.read(min(_CHUNK, left))
        if not chunk:
            return
        left -= len(chunk)
