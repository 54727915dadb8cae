"""Guidelines from an address: only with the digest of the bytes that are meant.

`https://example.org/next.json#sha256=<64 hex digits>`; the same pin works behind a file's path.
"""

from __future__ import annotations

import hashlib
import re
from urllib.error import URLError
from urllib.request import urlopen

from refcheck.errors import BadGuideline, WrongUse
from refcheck.guideline.parse import SIZE_LIMIT

_PIN = re.compile(r"(?P<address>.+)#sha256=(?P<digest>[0-9a-fA-F]{64})")
_TIMEOUT = 30


def is_address(text: str) -> bool:
    """Whether this is an address on the web."""
    return text.startswith(("https://", "http://"))


def split_pin(text: str) -> tuple[str, str]:
    """Address or path, and the digest behind it ("" when there is none)."""
    pinned = _PIN.fullmatch(text)
    return (pinned["address"], pinned["digest"].lower()) if pinned else (text, "")


def check_pin(data: bytes, digest: str, *, where: str) -> None:
    """Refuse bytes that are not the ones that were meant; no digest means any.

    Raises:
        BadGuideline: when the digest does not match.
    """
    found = hashlib.sha256(data).hexdigest()
    if digest and found != digest:
        raise BadGuideline(
            f"has the digest {found}, not {digest}",
            where=where,
            next_step="Look at what changed, and give its digest if that is what you want.",
        )


def fetch(address: str, digest: str) -> bytes:
    """The bytes at an address; at most one more than are ever read as a guideline.

    Raises:
        WrongUse: when no digest is given.
        BadGuideline: when they cannot be had.
    """
    if not digest:
        raise WrongUse(
            "a guideline from an address needs the digest of its bytes",
            where=address,
            next_step="Add #sha256= and the 64 hex digits of the file you mean.",
        )
    try:
        with urlopen(address, timeout=_TIMEOUT) as answer:  # noqa: S310 - only http and https
            data: bytes = answer.read(SIZE_LIMIT + 1)
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise BadGuideline(
            f"cannot be fetched ({reason})", where=address, next_step="Check the address."
        ) from error
    return data
