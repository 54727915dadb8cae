"""RSA keys that sign uploads of RefStack's client: PKCS 1 v1.5 with SHA-256 over the body."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from refcheck_server.accounts.models import Account
from refcheck_server.audit.log import ANYBODY, acting_as, record
from refcheck_server.refstack.errors import BadKey, BadSigner
from refcheck_server.refstack.models import RefstackKey

_SMALLEST = 2048
_LARGEST = 8192
_LONGEST_LINE = 4096
_STEP = "Sign with `refstack-client upload --sign KEY`, a key that is registered here."


def signer_of(
    session: Session, line: str | None, signature: str | None, body: bytes
) -> RefstackKey | None:
    """The registered key whose signature is on the body; None for an anonymous upload.

    Args:
        line: header X-Public-Key, a key as OpenSSH writes it.
        signature: header X-Signature, hex.

    Raises:
        BadSigner: one header without the other, a key not registered or revoked, or the
            signature does not fit.
    """
    if line is None and signature is None:
        acting_as(session, ANYBODY)
        return None
    if line is None or signature is None:
        missing = "X-Public-Key" if line is None else "X-Signature"
        raise BadSigner("is missing, and the other one is there", where=missing, next_step=_STEP)
    key = _parsed(line)
    found = (
        None
        if key is None
        else session.scalar(
            select(RefstackKey)
            .where(RefstackKey.sha256 == _sha256(line))
            .options(joinedload(RefstackKey.account))
        )
    )
    if key is None or found is None or found.revoked_at is not None:
        raise BadSigner(
            "is no RSA key that is registered here and not revoked",
            where="X-Public-Key",
            next_step="Have the registry's administrator add it (`registry refstack-key add`).",
        )
    try:
        key.verify(binascii.unhexlify(signature), body, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError) as error:
        raise BadSigner(
            "does not fit the body and the key", where="X-Signature", next_step=_STEP
        ) from error
    acting_as(session, f"account:{found.account.name}")
    return found


def add_key(session: Session, account: Account, file: Path, *, now: datetime) -> RefstackKey:
    """Let uploads that are signed by the key in a file count for an account.

    Raises:
        BadKey: no RSA key of OpenSSH's form, too small, or registered already.
    """
    try:
        line = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadKey("cannot be read", where=str(file), next_step="Name a .pub file.") from error
    if _parsed(line) is None:
        raise BadKey(
            f"is no public RSA key of {_SMALLEST} to {_LARGEST} bits as OpenSSH writes it",
            where=str(file),
            next_step="Make one with `ssh-keygen -t rsa -b 4096 -m PEM`, and name its .pub file.",
        )
    sha256 = _sha256(line)
    if session.scalar(select(RefstackKey.id).where(RefstackKey.sha256 == sha256)) is not None:
        raise BadKey(
            "is registered already",
            where=str(file),
            next_step="One account has one key for itself.",
        )
    key = RefstackKey(account_id=account.id, sha256=sha256, line=line, added_at=now)
    session.add(key)
    session.flush()
    record(session, "refstack-key.added", f"account:{account.name}", {"key": sha256}, at=now)
    return key


def revoke_key(session: Session, sha256: str, *, now: datetime) -> None:
    """Refuse uploads that are signed by this key from now on.

    Raises:
        BadKey: there is no such key.
    """
    key = session.scalar(select(RefstackKey).where(RefstackKey.sha256 == sha256))
    if key is None:
        raise BadKey(f"there is no key {sha256[:80]!r}", next_step="Give the digest in full.")
    if key.revoked_at is not None:
        return
    key.revoked_at = now
    session.flush()
    subject = f"account:{key.account.name}"
    record(session, "refstack-key.revoked", subject, {"key": sha256}, at=now)


def _parsed(line: str) -> RSAPublicKey | None:
    if len(line) > _LONGEST_LINE or not line.isascii():
        return None
    try:
        key = load_ssh_public_key(line.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    good = isinstance(key, RSAPublicKey) and _SMALLEST <= key.key_size <= _LARGEST
    return key if good else None  # type: ignore[return-value]


def _sha256(line: str) -> str:
    return hashlib.sha256(base64.b64decode(line.split()[1])).hexdigest()
