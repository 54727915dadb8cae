"""What a registry signs: an in-toto Statement of one kind, canonical, in a DSSE envelope.

The same key signs every kind; the kind (`predicateType`) is part of what is signed, so that one
can never be taken for another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jsonschema_rs import Draft202012Validator
from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]

from refcheck.errors import BadClaim, BadResult, BadSignature
from refcheck.result.document import STATEMENT_TYPE
from refcheck.result.signing import open_envelope, sign, verify
from refcheck.verdict.canonical import canonical_json

_NEXT = "Get it again from the registry, unchanged."
SHA256: Mapping[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
MOMENT: Mapping[str, Any] = {
    "type": "string",
    "pattern": "^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$",
}
LINE: Mapping[str, Any] = {"type": "string", "minLength": 1, "maxLength": 500}
NUMBER: Mapping[str, Any] = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}


def closed(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object with exactly these members."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


class Kind:
    """A kind of statement.

    Args:
        name: its `predicateType`.
        subject: name of the one thing that it is about.
        predicate: JSON schema of what it says.
        limit: bytes of an envelope of this kind, at most.
    """

    def __init__(
        self, name: str, *, subject: str, predicate: Mapping[str, Any], limit: int
    ) -> None:
        self.name = name
        self.subject = subject
        self.limit = limit
        about = closed(name={"const": subject}, digest=closed(sha256=SHA256))
        self._schema = Draft202012Validator(
            closed(
                _type={"const": STATEMENT_TYPE},
                subject={"type": "array", "items": about, "minItems": 1, "maxItems": 1},
                predicateType={"const": name},
                predicate=predicate,
            )
        )

    def fault(self, document: Any) -> str | None:
        """What is wrong with a document of this kind, with its path; None when nothing is."""
        try:
            error = next(self._schema.iter_errors(document), None)
        except ValueError as unusable:
            return f"cannot be read ({unusable})"
        if error is None:
            return None
        path = "".join(
            f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path
        )
        return f"${path[:200]}: {error.message[:200]}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement whose signature was found good.

    Attributes:
        about: digest (SHA-256) of its subject.
        says: the predicate.
        sha256: of the signed bytes; its name.
    """

    about: str
    says: Mapping[str, Any]
    sha256: str


def issue(kind: Kind, about: str, says: Mapping[str, Any], signer: CryptoSigner) -> bytes:
    """A signed statement, as the bytes of its envelope."""
    document: dict[str, Any] = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": kind.subject, "digest": {"sha256": about}}],
        "predicateType": kind.name,
        "predicate": dict(says),
    }
    fault = kind.fault(document)
    if fault is not None:
        message = f"would sign what nobody could read: {fault}"
        raise ValueError(message)
    return sign(canonical_json(document), signer)


def read(data: bytes, kind: Kind, keys: Sequence[SSlibKey], *, where: str) -> Statement:
    """A statement of this kind that is signed by one of the keys.

    Raises:
        BadClaim: too large, damaged, of another kind, or not of the form that the kind has.
        BadSignature: signed by none of the keys, or changed after signing.
    """
    if len(data) > kind.limit:
        raise BadClaim(
            f"is more than the {kind.limit:,} bytes that are read", where=where, next_step=_NEXT
        )
    try:
        envelope = open_envelope(data, where=where)
        verify(envelope, keys, where=where)
    except BadSignature as error:
        raise BadSignature(error.fault, where=where, next_step=_NEXT) from error
    except BadResult as error:
        raise BadClaim(error.fault, where=where, next_step=_NEXT) from error
    return Statement(*_opened(envelope.payload, kind, where), digest(envelope.payload))


def _opened(payload: bytes, kind: Kind, where: str) -> tuple[str, Mapping[str, Any]]:
    try:
        document = json.loads(payload, parse_float=str)  # so a fraction is not spelled the same
    except (ValueError, RecursionError) as error:
        raise BadClaim(f"$.payload is not JSON ({error})", where=where, next_step=_NEXT) from error
    fault = kind.fault(document)
    if fault is None and canonical_json(document) != payload:
        fault = "$ is not canonical JSON (RFC 8785)"
    if fault is not None:
        raise BadClaim(fault, where=where, next_step=_NEXT)
    return document["subject"][0]["digest"]["sha256"], document["predicate"]


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def moment(text: str) -> datetime:
    """A time of a statement.

    Raises:
        BadClaim: there is no such day or hour.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadClaim(f"{text!r} is no time", next_step=_NEXT) from error


def as_text(when: datetime) -> str:
    """A time as statements have it: UTC, whole seconds."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
