"""A device with passkeys, in software: what a browser and a security key make of what is asked."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.server.visitor import PASSWORD, Visitor

PRESENT, ATTESTED = 0x01, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Device:
    """One passkey on one device; a lie about any part of what it signs can be told."""

    site: str = "localhost"
    origin: str = "http://localhost"
    uses: int = 0
    flags: int = PRESENT
    credential: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def made(self, challenge: str) -> str:
        """The answer to being asked for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        credential = struct.pack(">16xH", len(self.credential)) + self.credential
        data = self._data(self.flags | ATTESTED) + credential + cbor2.dumps(cose)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._client("webauthn.create", challenge), attestationObject=attestation
        )

    def shown(self, challenge: str) -> str:
        """The answer to being asked to show it."""
        self.uses += 1
        data, client = self._data(self.flags), self._client("webauthn.get", challenge)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.site.encode()).digest() + struct.pack(">BI", flags, self.uses)

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": b64(challenge.encode()), "origin": self.origin}
        return json.dumps(told).encode()

    def _answer(self, **response: bytes) -> str:
        name = b64(self.credential)
        spelled: dict[str, Any] = {key: b64(value) for key, value in response.items()}
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": spelled,
            }
        )


def asked(visitor: Visitor, path: str) -> dict[str, str]:
    """What the form at that address carries back: its challenge."""
    page = visitor.get(path).text
    return {"challenge": unescape(re.search(r'name="challenge" value="([^"]+)"', page)[1])}


def add_passkey(visitor: Visitor, device: Device, **changes: str) -> Any:
    """Add the device's passkey to the account that is signed in."""
    carried = asked(visitor, "/account/passkeys/new")
    given = {"name": "a key", "password": PASSWORD, "passkey": device.made(carried["challenge"])}
    return visitor.post("/account/passkeys", **{**carried, **given, **changes})


def sign_in(visitor: Visitor, name: str, device: Device, **changes: str) -> Any:
    """Sign in with password and passkey."""
    carried = asked(visitor, "/sign-in")
    given = {"passkey": device.shown(carried["challenge"]), **carried, **changes}
    return visitor.sign_in(name, **given)
