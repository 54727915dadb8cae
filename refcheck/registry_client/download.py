"""Getting a signed document from an address: little of it, in little time, or a clear word."""

from __future__ import annotations

import time

import requests

from refcheck import __version__
from refcheck.errors import BadClaim, ClaimUnreachable

_SECONDS = 20.0
_CHUNK = 64 * 1024
_NEXT = "Check the address, or give a file that you have."


def is_address(text: str) -> bool:
    """Whether this is an address on the web."""
    return text.startswith(("https://", "http://"))


def download(address: str, limit: int, *, seconds: float = _SECONDS) -> bytes:
    """The bytes at an address; whoever reads them checks their signature.

    Args:
        address: http or https.
        limit: bytes that are taken at most.
        seconds: for everything together.

    Raises:
        ClaimUnreachable: it does not answer, not in time, or not with 200.
        BadClaim: there are more bytes than that.
    """
    headers = {"User-Agent": f"refcheck/{__version__}"}
    end = time.monotonic() + seconds
    data = b""
    try:
        with requests.get(address, headers=headers, timeout=(5, seconds), stream=True) as answer:
            if answer.status_code != requests.codes.ok:
                raise ClaimUnreachable(
                    f"answered {answer.status_code}", where=address, next_step=_NEXT
                )
            for chunk in answer.iter_content(_CHUNK):
                data += chunk
                if time.monotonic() > end:
                    raise ClaimUnreachable(
                        f"was not sent within {seconds:g} s", where=address, next_step=_NEXT
                    )
                if len(data) > limit:
                    raise BadClaim(
                        f"is more than the {limit:,} bytes that are read",
                        where=address,
                        next_step="Check that this is the address of one claim or badge.",
                    )
    except (requests.RequestException, OSError, ValueError) as error:
        raise ClaimUnreachable(
            f"cannot be reached ({type(error).__name__})", where=address, next_step=_NEXT
        ) from error
    return data
