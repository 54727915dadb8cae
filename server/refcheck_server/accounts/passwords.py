"""Passwords: kept as Argon2id digests, and too long to guess."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from refcheck_server.accounts.errors import BadPassword

SHORTEST, LONGEST = 12, 256
_FEWEST_LETTERS = 5
_GUESSED_FIRST = ("refcheck", "registry", "openstack", "password", "qwerty", "1234567890", "abc")
"""What does not make a password here any harder to guess."""
_HASHER = PasswordHasher()


def digest(password: str, *, name: str) -> str:
    """What is kept of a new password.

    Args:
        password: as it was typed.
        name: of the account, which a password may not hold.

    Raises:
        BadPassword: it is too easy to guess.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise _bad(f"has {len(password)} characters")
    if name.lower() in password.lower():
        raise _bad("is easy to guess")
    rest = password.lower()
    for word in _GUESSED_FIRST:
        rest = rest.replace(word, "")
    if len(set(rest)) < _FEWEST_LETTERS:
        raise _bad("is easy to guess")
    return _HASHER.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether it is the password; takes as long when there is none."""
    try:
        right = _HASHER.verify(kept or _nobodys(), password[: LONGEST + 1])
    except (Argon2Error, InvalidHashError):
        return False
    return right and kept is not None


@cache
def _nobodys() -> str:
    return _HASHER.hash("the password of no account")


def _bad(fault: str) -> BadPassword:
    return BadPassword(
        f"the new password {fault}",
        where="new_password",
        next_step=f"Take {SHORTEST} to {LONGEST} characters, {_FEWEST_LETTERS} of them different, "
        "without the account's name; a few random words do well.",
    )
