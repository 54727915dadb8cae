"""The list of claims that were taken back before they expired: numbered, and soon too old."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import rfc8785
from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]

from refcheck.claim.statement import (
    LINE,
    MOMENT,
    NUMBER,
    SHA256,
    Kind,
    as_text,
    closed,
    digest,
    issue,
    moment,
    read,
)

FILE = "revocations.json"
"""Where the list is, below the address of the published tree."""
REVOCATIONS = Kind(
    "urn:refcheck:revocations:1",
    subject="revocations",
    predicate=closed(
        number=NUMBER,
        issued=MOMENT,
        expires=MOMENT,
        revoked={"type": "array", "items": closed(claim=SHA256, at=MOMENT, reason=LINE)},
    ),
    limit=8 * 1024 * 1024,
)


@dataclass(frozen=True, slots=True)
class Revocation:
    """A claim that was taken back; `claim` is the SHA-256 of what was signed."""

    claim: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Revocations:
    """The list.

    Attributes:
        number: each new list has a higher one.
        expires: after this the list says nothing any more: there must be a newer one.
    """

    number: int
    issued: datetime
    expires: datetime
    revoked: tuple[Revocation, ...]

    def of(self, claim: str) -> Revocation | None:
        """Why the claim of that digest was taken back; None when it was not."""
        return next((one for one in self.revoked if one.claim == claim), None)


def sign_revocations(revocations: Revocations, signer: CryptoSigner) -> bytes:
    """The list, signed, as the bytes of its envelope."""
    revoked = [_entry(one) for one in revocations.revoked]
    says = {
        "number": revocations.number,
        "issued": as_text(revocations.issued),
        "expires": as_text(revocations.expires),
        "revoked": revoked,
    }
    return issue(REVOCATIONS, digest(rfc8785.dumps(revoked)), says, signer)


def _entry(one: Revocation) -> dict[str, str]:
    return {"claim": one.claim, "at": as_text(one.at), "reason": one.reason}


def read_revocations(data: bytes, keys: Sequence[SSlibKey], *, where: str) -> Revocations:
    """A list that is signed by one of the keys; it may be too old.

    Raises:
        BadClaim, BadSignature: it is none, or signed by another key.
    """
    says = read(data, REVOCATIONS, keys, where=where).says
    return Revocations(
        says["number"],
        moment(says["issued"]),
        moment(says["expires"]),
        _revoked(says["revoked"]),
    )


def _revoked(entries: Iterable[dict[str, str]]) -> tuple[Revocation, ...]:
    return tuple(
        Revocation(entry["claim"], moment(entry["at"]), entry["reason"]) for entry in entries
    )
