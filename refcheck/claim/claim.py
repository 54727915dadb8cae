"""The claim: what a cloud may say of itself, until when, and what that rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]

from refcheck.claim.statement import (
    LINE,
    MOMENT,
    NUMBER,
    SHA256,
    Kind,
    as_text,
    closed,
    issue,
    moment,
    read,
)

_SHORT = {"type": "string", "minLength": 1, "maxLength": 120}
_OPTIONAL = {"anyOf": [LINE, {"type": "null"}]}
CLAIM = Kind(
    "urn:refcheck:claim:1",
    subject="cloud",
    predicate=closed(
        name=LINE,
        program=closed(target=_SHORT, title=LINE),
        guideline=closed(id=_SHORT, status=_SHORT, sha256=SHA256),
        verdict=closed(sha256=SHA256),
        result=closed(sha256=SHA256, ended=MOMENT),
        mark=_OPTIONAL,
        wording=LINE,
        badge=closed(label=_SHORT, text=_SHORT, tone={"enum": ["good", "part"]}),
        issued=MOMENT,
        expires=MOMENT,
        registry=_OPTIONAL,
        revocations=NUMBER,
    ),
    limit=32 * 1024,
)


@dataclass(frozen=True, slots=True)
class Badge:
    """What the badge of a claim says; `tone` is its colour, `good` for a mark."""

    label: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a cloud may say of itself.

    Attributes:
        cloud: digest of its service catalogue; the claim is about this cloud and no other.
        name: what people call the cloud.
        target, title: the program.
        guideline_sha256, verdict_sha256, result_sha256: digests of what the claim rests on; the
            result's is that of its signed payload.
        ended: when the run ended that shows it.
        mark: that may be used; None when there is none.
        wording: all that may be said, to the letter.
        issued, expires: it holds from the first moment until just before the second.
        registry: address of the published tree, where the revocations are; None if not known.
        revocations: number of the list when the claim was issued: an older list cannot know it.
    """

    cloud: str
    name: str
    target: str
    title: str
    guideline_id: str
    guideline_status: str
    guideline_sha256: str
    verdict_sha256: str
    result_sha256: str
    ended: datetime
    mark: str | None
    wording: str
    badge: Badge
    issued: datetime
    expires: datetime
    registry: str | None
    revocations: int


@dataclass(frozen=True, slots=True)
class Signed:
    """A claim whose signature was found good; `sha256` of what was signed is its name."""

    claim: Claim
    sha256: str
    envelope: bytes


def sign_claim(claim: Claim, signer: CryptoSigner) -> bytes:
    """The claim, signed, as the bytes of its envelope."""
    return issue(CLAIM, claim.cloud, _says(claim), signer)


def read_claim(data: bytes, keys: Sequence[SSlibKey], *, where: str) -> Signed:
    """A claim that is signed by one of the keys; whether it holds is another question.

    Raises:
        BadClaim, BadSignature: it is none, or signed by another key.
    """
    statement = read(data, CLAIM, keys, where=where)
    says = statement.says
    claim = Claim(
        cloud=statement.about,
        name=says["name"],
        target=says["program"]["target"],
        title=says["program"]["title"],
        guideline_id=says["guideline"]["id"],
        guideline_status=says["guideline"]["status"],
        guideline_sha256=says["guideline"]["sha256"],
        verdict_sha256=says["verdict"]["sha256"],
        result_sha256=says["result"]["sha256"],
        ended=moment(says["result"]["ended"]),
        mark=says["mark"],
        wording=says["wording"],
        badge=Badge(**says["badge"]),
        issued=moment(says["issued"]),
        expires=moment(says["expires"]),
        registry=says["registry"],
        revocations=says["revocations"],
    )
    return Signed(claim, statement.sha256, data)


def _says(claim: Claim) -> dict[str, Any]:
    badge = claim.badge
    return {
        "name": claim.name,
        "program": {"target": claim.target, "title": claim.title},
        "guideline": {
            "id": claim.guideline_id,
            "status": claim.guideline_status,
            "sha256": claim.guideline_sha256,
        },
        "verdict": {"sha256": claim.verdict_sha256},
        "result": {"sha256": claim.result_sha256, "ended": as_text(claim.ended)},
        "mark": claim.mark,
        "wording": claim.wording,
        "badge": {"label": badge.label, "text": badge.text, "tone": badge.tone},
        "issued": as_text(claim.issued),
        "expires": as_text(claim.expires),
        "registry": claim.registry,
        "revocations": claim.revocations,
    }
