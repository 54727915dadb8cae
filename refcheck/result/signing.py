"""Signing and checking result documents: DSSE v1 envelopes, Ed25519 keys.

The cryptography is securesystemslib's and cryptography's; this module only decides what is
signed, which keys are accepted, and how a fault is told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from platformdirs import user_config_path
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, VerificationError
from securesystemslib.signer import CryptoSigner, Key, SSlibKey  # type: ignore[attr-defined]

from refcheck.errors import BadResult, BadSignature, KeyFault
from refcheck.result.nesting import DEEPEST, is_too_deep

PAYLOAD_TYPE = "application/vnd.in-toto+json"
SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes; a result of 10,000 tests with long reasons stays under it."""


def default_key() -> Path:
    """The key that signs results when none is named; the variable `REFCHECK_KEY` overrides it."""
    named = os.environ.get("REFCHECK_KEY")
    return Path(named) if named else user_config_path("refcheck") / "signing-key.pem"


def new_key(private: Path) -> Path:
    """Write a new Ed25519 key: `private` (PKCS 8 PEM, mode 0600) and `private`.pub (PEM).

    Returns:
        the path of the public key.

    Raises:
        KeyFault: when a key is already there (it is never overwritten), or the folder refuses.
    """
    public = private.with_name(private.name + ".pub")
    key = Ed25519PrivateKey.generate()
    try:
        private.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFault(
            "a key is already there",
            where=str(private),
            next_step="Use that key, or name another file with --out.",
        ) from error
    except OSError as error:
        raise KeyFault(
            f"cannot write the key ({error.strerror})",
            where=str(private),
            next_step="Name a file in a folder that you may write to.",
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return public


def load_signer(private: Path) -> CryptoSigner:
    """The signer for a private key file.

    Raises:
        KeyFault: when the file is missing, unreadable, encrypted or not a private key.
    """
    try:
        key = load_pem_private_key(private.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise KeyFault(
            "no such key",
            where=str(private),
            next_step=f"Name another file, or make one with `refcheck key new --out {private}`.",
        ) from error
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFault(
            f"cannot use this key ({error})",
            where=str(private),
            next_step="Give an unencrypted PEM private key, or make one with `refcheck key new`.",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFault(
            "is not an Ed25519 key",
            where=str(private),
            next_step="Make one with `refcheck key new`.",
        )
    return CryptoSigner(key)


def usual_signer(named: Path | None) -> CryptoSigner:
    """The signer for the key that is named, else for the default one, which is made if missing.

    A key that is named and missing is not made: nobody would know the new one.

    Raises:
        KeyFault: it is not there, cannot be made, or is of no use.
    """
    if named:
        return load_signer(named)
    private = default_key()
    if not private.exists():
        new_key(private)
    return load_signer(private)


def load_public_key(pem: bytes, *, where: str) -> SSlibKey:
    """A public key from PEM; its `keyid` is the name by which envelopes refer to it.

    Raises:
        KeyFault: when the bytes are not a PEM public key of a kind we accept.
    """
    try:
        key = SSlibKey.from_crypto(load_pem_public_key(pem))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFault(
            f"is not a PEM public key ({error})",
            where=where,
            next_step="Give the .pub file that `refcheck key new` wrote.",
        ) from error
    if key.scheme != "ed25519":
        raise KeyFault(
            f"is a {key.scheme} key",
            where=where,
            next_step="Give an Ed25519 public key, as `refcheck key new` writes.",
        )
    return key


def read_public_key(path: Path) -> SSlibKey:
    """The public key of a key file, private or public.

    Raises:
        KeyFault: when the file is missing or holds no Ed25519 key.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KeyFault(
            f"cannot be read ({error.strerror})",
            where=str(path),
            next_step="Make a key with `refcheck key new`.",
        ) from error
    if b"PRIVATE KEY" in data:
        public: SSlibKey = load_signer(path).public_key
        return public
    return load_public_key(data, where=str(path))


def sign(statement: bytes, signer: CryptoSigner) -> bytes:
    """Statement bytes → DSSE envelope, as JSON bytes."""
    envelope = Envelope(statement, PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return json.dumps(envelope.to_dict()).encode()


def open_envelope(data: bytes, *, where: str = "result") -> Envelope:
    """Parse an envelope; does not check any signature.

    Raises:
        BadResult: too large, truncated, or not a DSSE envelope.
        BadSignature: it carries no signature at all.
    """
    if len(data) > SIZE_LIMIT:
        raise BadResult(
            f"is {len(data):,} bytes large; at most {SIZE_LIMIT:,} are read",
            where=where,
            next_step="Check that this is a result document.",
        )
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadResult(
            f"is not JSON, perhaps truncated ({error})",
            where=where,
            next_step="Give the result.json that `refcheck run` wrote, whole.",
        ) from error
    if isinstance(document, dict) and "_type" in document and "payload" not in document:
        raise BadSignature(
            "is not signed: a bare statement without its envelope",
            where=where,
            next_step="Give the signed result.json that `refcheck run` wrote.",
        )
    if is_too_deep(document):
        raise BadResult(
            f"$ is nested more than {DEEPEST} levels deep",
            where=where,
            next_step="Give the result.json that `refcheck run` wrote.",
        )
    try:
        envelope = _envelope(document)
    except (KeyError, TypeError, ValueError, AttributeError, FormatError) as error:
        raise BadResult(
            f"is not a DSSE envelope ({type(error).__name__}: {error})",
            where=where,
            next_step="Give the result.json that `refcheck run` wrote.",
        ) from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise BadResult(
            f"$.payloadType is {envelope.payload_type!r}, expected {PAYLOAD_TYPE!r}",
            where=where,
            next_step="Give the result.json that `refcheck run` wrote.",
        )
    if not envelope.signatures:
        raise BadSignature(
            "$.signatures is empty: nobody signed this",
            where=where,
            next_step="Sign it: run `refcheck key new`, then `refcheck run` again.",
        )
    return envelope


def _envelope(document: Any) -> Envelope:
    envelope = Envelope.from_dict(document)
    if not all(isinstance(keyid, str) for keyid in envelope.signatures):
        raise TypeError("a keyid is not text")
    return envelope


def verify(envelope: Envelope, keys: Sequence[SSlibKey], *, where: str = "result") -> SSlibKey:
    """The key, among `keys`, whose signature on the envelope is good.

    Raises:
        BadSignature: signed by none of the keys, or the bytes were changed after signing.
    """
    named: list[Key] = [key for key in keys if key.keyid in envelope.signatures]
    if not named:
        signers = ", ".join(sorted(envelope.signatures))
        raise BadSignature(
            f"is signed by a key that is not known here ({signers})",
            where=where,
            next_step="Register the public key first, or sign with a registered one.",
        )
    try:
        accepted = envelope.verify(named, 1)
    except VerificationError as error:
        raise BadSignature(
            "the signature does not fit the content: it was changed after signing",
            where=where,
            next_step="Give the result.json that `refcheck run` wrote, unchanged.",
        ) from error
    return next(key for key in keys if key.keyid in accepted)
