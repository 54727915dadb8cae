"""`--trust KEY`: results that must be signed by somebody who is known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from refcheck.errors import BadSignature

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]

    from refcheck.result.load import Loaded

UNCHECKED = "signatures were not checked; --trust KEY checks them"


def check_signature(loaded: Loaded, keys: Sequence[SSlibKey], path: Path) -> None:
    """See that a result is signed by one of the keys, if there are any.

    Raises:
        BadSignature: it is not, or not at all.
    """
    from refcheck.result.signing import verify

    if not keys:
        return
    if loaded.envelope is None:
        raise BadSignature(
            "is not signed, so --trust cannot check it",
            where=str(path),
            next_step="Leave --trust away, or give a signed result.json.",
        )
    verify(loaded.envelope, keys, where=str(path))
