"""One-time passwords by time (RFC 6238), as authenticator apps make them.

The registry must know the secret to check them, so it keeps it sealed with the account's password:
who reads the database alone learns no second factor. A new password seals it anew; a password that
an administrator sets does away with it.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from datetime import datetime

import pyotp
import segno
from argon2.low_level import Type, hash_secret_raw
from cryptography.fernet import Fernet, InvalidToken
from markupsafe import Markup

from refcheck_server.accounts.errors import BadSecondFactor

ISSUER = "refcheck registry"
_SALT = 16
_SECRET = re.compile(r"[A-Z2-7]{32}")
_STEP = 30
"""Seconds."""


def new_secret() -> str:
    """A new secret, in the base 32 that apps take."""
    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """The `otpauth:` address by which an app takes the secret up."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def drawn(text: str) -> Markup:
    """An address as a QR code, in SVG: black on white on a dark screen too, as cameras want it."""
    code = segno.make_qr(text)
    svg: str = code.svg_inline(
        dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return Markup(svg)  # noqa: S704 - digits alone; the text is squares in it


def is_secret(text: str) -> bool:
    """Whether it could be one that `new_secret` made."""
    return _SECRET.fullmatch(text) is not None


def step_of(secret: str, code: str, *, now: datetime) -> int:
    """The time step that a one-time password belongs to: this one or a neighbour.

    Args:
        secret: in base 32.
        code: as it was typed.
        now: the time.

    Raises:
        BadSecondFactor: it belongs to none.
    """
    if is_secret(secret):
        totp = pyotp.TOTP(secret)
        this = int(now.timestamp()) // _STEP
        typed = code.replace(" ", "").encode()
        for step in (this - 1, this, this + 1):
            if hmac.compare_digest(totp.at(step * _STEP).encode(), typed):
                return step
    raise BadSecondFactor(
        "the one-time password does not fit",
        where="code",
        next_step="Wait for the next one in your app; see that your device's clock is right.",
    )


def seal(secret: str, password: str) -> bytes:
    """The secret, to be kept."""
    salt = os.urandom(_SALT)
    return salt + _lock(password, salt).encrypt(secret.encode())


def unseal(sealed: bytes | None, password: str) -> str | None:
    """The secret; None when it is another password's. It takes as long when nothing is sealed."""
    sealed = sealed or bytes(_SALT)
    try:
        return _lock(password, sealed[:_SALT]).decrypt(sealed[_SALT:]).decode()
    except InvalidToken:
        return None


def _lock(password: str, salt: bytes) -> Fernet:
    key = hash_secret_raw(password.encode(), salt, 2, 19_456, 1, 32, Type.ID)
    return Fernet(base64.urlsafe_b64encode(key))
