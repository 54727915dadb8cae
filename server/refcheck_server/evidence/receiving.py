"""The bytes of a piece of evidence on their way in: never in memory, never more than the limit."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from refcheck_server.errors import RegistryFault
from refcheck_server.evidence.errors import EvidenceEncoded, EvidenceTooLarge, WrongDigest
from refcheck_server.results.uploading import drain

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A file that holds what was sent; it has the digest that was promised."""

    file: Path
    size: int


@contextmanager
def received(request: Request, sha256: str, limit: int, scratch: Path) -> Iterator[Received]:
    """The body of a request in a file, which is gone afterwards unless it was moved.

    It is kept as it came, never unpacked: what is a bomb to others is a small file here.

    Raises:
        EvidenceEncoded: HTTP compressed it.
        EvidenceTooLarge: more than `limit` bytes came, or were announced.
        WrongDigest: it is something else.
        RegistryFault: the sender went away half-way.
    """
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise EvidenceEncoded(
            "Content-Encoding is not read here", next_step="Send the file as it is."
        )
    descriptor, name = tempfile.mkstemp(dir=scratch, prefix="evidence-")
    file = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            size, found = _copied(request, limit, out)
        if found != sha256:
            raise WrongDigest(
                f"what came has the SHA-256 {found}, not the one of the address",
                where="sha256",
                next_step="Send it again; give the digest of the file as it is.",
            )
        yield Received(file, size)
    finally:
        file.unlink(missing_ok=True)


def _copied(request: Request, limit: int, out: IO[bytes]) -> tuple[int, str]:
    """How many bytes came, and their digest."""
    request.max_content_length = limit + 1  # a body without a length is cut there, not refused
    digest, size = hashlib.sha256(), 0
    try:
        while chunk := request.stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise _too_large(request, limit)
            digest.update(chunk)
            out.write(chunk)
    except RequestEntityTooLarge as error:
        raise _too_large(request, limit) from error
    except (ClientDisconnected, OSError) as error:
        raise RegistryFault(
            "the upload ended before all of it was sent", next_step="Send it again."
        ) from error
    return size, digest.hexdigest()


def _too_large(request: Request, limit: int) -> EvidenceTooLarge:
    drain(request)
    return EvidenceTooLarge(
        f"the evidence is larger than {limit:,} bytes",
        next_step="Send what matters of it, or compress the file.",
    )
