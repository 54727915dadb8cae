"""Accounts as the interface of programs and spreadsheets get them; no secret is among it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from refcheck_server.accounts import identities, passkeys, queries, sessions
from refcheck_server.accounts.models import Account, Identity, Passkey, PublicKey, SignedIn, Token
from refcheck_server.moments import spelled

ACCOUNT = ("name", "role", "since", "disabled")
TABLES = {
    "tokens": ("prefix", "scopes", "made", "expires", "used", "revoked"),
    "keys": ("keyid", "public_key", "added", "revoked"),
    "sessions": ("browser", "began", "seen", "second_factor"),
    "identities": ("issuer", "subject", "added"),
    "passkeys": ("name", "added", "used"),
}
"""What speaks for an account, each with its columns."""


def row(one: Account) -> dict[str, Any]:
    """An account in the list."""
    values = (one.name, one.role, spelled(one.created_at), spelled(one.disabled_at))
    return dict(zip(ACCOUNT, values, strict=True))


def whole(session: Session, one: Account, *, now: datetime) -> dict[str, Any]:
    """An account with all that speaks for it."""
    return row(one) | {
        "tokens": [token(found) for found in queries.tokens_of(session, one.id)],
        "keys": [key(found) for found in queries.keys_of(session, one.id)],
        "sessions": [signed_in(found) for found in sessions.list_of(session, one.id, now=now)],
        "identities": [identity(found) for found in identities.of(session, one.id)],
        "passkeys": [passkey(found) for found in passkeys.of(session, one.id)],
    }


def token(one: Token) -> dict[str, Any]:
    """A token, by the part that may be shown."""
    return _row(
        "tokens",
        one.prefix,
        one.scopes.split(),
        spelled(one.created_at),
        spelled(one.expires_at),
        spelled(one.used_at),
        spelled(one.revoked_at),
    )


def key(one: PublicKey) -> dict[str, Any]:
    """A public key."""
    return _row("keys", one.keyid, one.pem, spelled(one.added_at), spelled(one.revoked_at))


def signed_in(one: SignedIn) -> dict[str, Any]:
    """A browser that is signed in."""
    began, seen = spelled(one.began_at), spelled(one.seen_at)
    return _row("sessions", one.device, began, seen, one.strong)


def identity(one: Identity) -> dict[str, Any]:
    """Somebody elsewhere who can sign in."""
    return _row("identities", one.issuer, one.subject, spelled(one.added_at))


def passkey(one: Passkey) -> dict[str, Any]:
    """A device that shows at sign-in that it is there."""
    return _row("passkeys", one.name, spelled(one.added_at), spelled(one.used_at))


def _row(table: str, *values: Any) -> dict[str, Any]:
    return dict(zip(TABLES[table], values, strict=True))
