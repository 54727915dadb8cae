"""What is kept of a secret that this registry gave out."""

from __future__ import annotations

import hashlib


def digest_of(secret: str) -> str:
    """SHA-256 in hex: such a secret is long and random, so a plain digest cannot be reversed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
