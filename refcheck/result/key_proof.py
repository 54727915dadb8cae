"""Showing a registry that one holds a key: a statement that is signed with it, and good once.

The statement names the registry, the account and a number that this registry gave to this account,
so that nobody can pass on what they were sent; and it is no result, so that neither can stand for
the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError
from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]

from refcheck.errors import BadSignature
from refcheck.result.signing import load_public_key, verify

PAYLOAD_TYPE = "application/vnd.refcheck.key-proof+json"
_NEXT_STEP = "Use `refcheck key register`."


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose key it shall be, and where.

    Attributes:
        registry: its address, without a slash at the end.
        account: the name of the account.
        challenge: what the registry gave out for this.
    """

    registry: str
    account: str
    challenge: str


def prove(claim: Claim, signer: CryptoSigner) -> dict[str, Any]:
    """The document that registers the signer's key: the key, and the claim signed with it."""
    envelope = Envelope(rfc8785.dumps(asdict(claim)), PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return {"public_key": pem_of(signer.public_key), "proof": envelope.to_dict()}


def check(document: Any, claim: Claim) -> SSlibKey:
    """The key of a document that proves this claim.

    Raises:
        BadSignature: it is no such document, proves another claim, or another key signed it.
        KeyFault: it holds no Ed25519 public key.
    """
    pem, proof = _parts(document)
    key = load_public_key(pem.encode(), where="$.public_key")
    try:
        envelope = Envelope.from_dict(dict(proof))
        good = all(isinstance(keyid, str) for keyid in envelope.signatures)
    except (KeyError, TypeError, ValueError, AttributeError, FormatError) as error:
        raise _bad("is not a DSSE envelope") from error
    if not good or envelope.payload_type != PAYLOAD_TYPE:
        raise _bad("is not a proof that one holds a key")
    if envelope.payload != rfc8785.dumps(asdict(claim)):
        raise _bad("is about another registry, another account or another challenge")
    return verify(envelope, [key], where="$.proof")


def pem_of(key: SSlibKey) -> str:
    """The PEM of an Ed25519 public key."""
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.keyval["public"]))
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _parts(document: Any) -> tuple[str, Mapping[str, Any]]:
    if not isinstance(document, dict):
        raise _bad("is not a JSON object", where="$")
    pem, proof = document.get("public_key"), document.get("proof")
    if not isinstance(pem, str) or not pem.isascii():
        raise _bad("is not the PEM of a public key", where="$.public_key")
    if not isinstance(proof, dict):
        raise _bad("is not a DSSE envelope")
    return pem, proof


def _bad(fault: str, where: str = "$.proof") -> BadSignature:
    return BadSignature(fault, where=where, next_step=_NEXT_STEP)
