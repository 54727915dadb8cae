"""Signing messages as Standard Webhooks says: HMAC-SHA256 over id, time and body.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

_PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """A secret as both sides keep it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signed(body: bytes, message: str, keys: Iterable[str], *, now: datetime) -> Mapping[str, str]:
    """The headers that show whose message it is, and when it was sent.

    Args:
        body: as it is sent, to the byte.
        message: its id.
        keys: secrets; while one takes the place of another, both sign.
        now: a receiver refuses what is older than some minutes, so that nobody can send it again.
    """
    stamp = str(int(now.timestamp()))
    content = f"{message}.{stamp}.".encode() + body
    signatures = (f"v1,{_signature(content, key)}" for key in keys)
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }


def _signature(content: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
