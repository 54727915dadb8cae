"""Does a claim hold? Signature, image, time, revocation and subject, each with its own word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]

from refcheck.claim.badge import carried_claim
from refcheck.claim.claim import Claim, Signed, read_claim
from refcheck.claim.revocations import Revocations
from refcheck.errors import BadSignature

_CLOCK_SKEW = timedelta(minutes=10)
LIMIT = 96 * 1024
"""Bytes of a claim or a badge that are read at most."""


class Reason(StrEnum):
    """Why a claim does not hold."""

    SIGNATURE = "signature"
    BADGE = "badge"
    SUBJECT = "subject"
    EARLY = "not yet valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OLD_LIST = "old revocation list"


@dataclass(frozen=True, slots=True)
class Fault:
    """A reason, in a word and in a sentence."""

    reason: Reason
    sentence: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a claim found.

    Attributes:
        signed: the claim; None when nobody known signed what was given.
        revocations: the list that it was looked for in; None when there was none to look in.
        faults: why it does not hold; empty when it does.
    """

    signed: Signed | None
    revocations: Revocations | None
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the claim."""
        return not self.faults


def opened(
    data: bytes, keys: Sequence[SSlibKey], *, where: str
) -> tuple[Signed | None, tuple[Fault, ...]]:
    """The claim in a claim's file or a badge, and what is wrong with what carries it.

    Raises:
        BadClaim: it is neither.
    """
    try:
        if not data.lstrip().startswith(b"<"):
            return read_claim(data, keys, where=where), ()
        signed, faithful = carried_claim(data, keys, where=where)
    except BadSignature as error:
        return None, (Fault(Reason.SIGNATURE, error.fault),)
    if faithful:
        return signed, ()
    return signed, (Fault(Reason.BADGE, "the badge is not the one that its claim makes"),)


def faults_of(
    signed: Signed,
    *,
    now: datetime,
    revocations: Revocations | None = None,
    cloud: str | None = None,
) -> tuple[Fault, ...]:
    """Why a claim does not hold at this time; empty when it does.

    Args:
        signed: the claim.
        now: the time to check for.
        revocations: the newest list of its registry, if there is one to look in.
        cloud: digest of the cloud that it must be about, or the beginning of it.
    """
    found = list(_by_itself(signed.claim, now, cloud))
    if revocations is not None:
        found.extend(_by_list(signed, now, revocations))
    return tuple(found)


def _by_itself(claim: Claim, now: datetime, cloud: str | None) -> Iterator[Fault]:
    if cloud is not None and not claim.cloud.startswith(cloud):
        yield Fault(Reason.SUBJECT, f"it is about the cloud {claim.cloud}, not {cloud}")
    if now + _CLOCK_SKEW < claim.issued:
        yield Fault(Reason.EARLY, f"it holds from {claim.issued:%Y-%m-%d %H:%M} UTC on")
    if claim.expires <= now:
        yield Fault(Reason.EXPIRED, f"it expired on {claim.expires:%Y-%m-%d %H:%M} UTC")


def _by_list(signed: Signed, now: datetime, revocations: Revocations) -> Iterator[Fault]:
    revoked = revocations.of(signed.sha256)
    if revoked is not None:
        yield Fault(Reason.REVOKED, f"it was revoked on {revoked.at:%Y-%m-%d}: {revoked.reason}")
    if revocations.expires <= now:
        until = f"{revocations.expires:%Y-%m-%d %H:%M}"
        yield Fault(Reason.OLD_LIST, f"the revocation list was good until {until} UTC only")
    if revocations.number < signed.claim.revocations:
        yield Fault(
            Reason.OLD_LIST,
            f"the revocation list has number {revocations.number}; the claim was issued with "
            f"{signed.claim.revocations}",
        )
