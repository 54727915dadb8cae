"""The key that a run logs in to guests with: the same in all of its processes, and on no disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

# What nearly every SSH server takes, old and small ones too.
_CURVE = ec.SECP256R1()


@dataclass(frozen=True, slots=True)
class GuestKey:
    """A key pair.

    Attributes:
        seed: a random text that the run's processes hand to each other; whoever has it has the key.
    """

    seed: str = field(repr=False)

    @property
    def public(self) -> str:
        """The line for `authorized_keys`."""
        key = self._private.public_key()
        return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()

    @property
    def private(self) -> bytes:
        """PEM, PKCS 8. Secret."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        # 384 bits for a number below 2^256: the remainder favours none that anyone could tell.
        number = int.from_bytes(hashlib.sha384(self.seed.encode()).digest())
        return ec.derive_private_key(1 + number % (_CURVE.group_order - 1), _CURVE)
