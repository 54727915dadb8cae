"""Accounts as the interface of programs and spreadsheets get them; no secret is among it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from refcheck_server import tables
from refcheck_server.accounts import identities, passkeys, queries, sessions
from refcheck_server.accounts.models import Account, PublicKey
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
TABLE = f"<any({', '.join(TABLES)}):table>"
"""One of them, as a part of an address."""


def row(one: Account) -> dict[str, Any]:
    """An account in the list."""
    values = (one.name, one.role, spelled(one.created_at), spelled(one.disabled_at))
    return dict(zip(ACCOUNT, values, strict=True))


def whole(session: Session, one: Account, *, now: datetime) -> dict[str, Any]:
    """An account with all that speaks for it."""
    return row(one) | {
        "tokens": [
            _row(
                "tokens",
                token.prefix,
                token.scopes.split(),
                spelled(token.created_at),
                spelled(token.expires_at),
                spelled(token.used_at),
                spelled(token.revoked_at),
            )
            for token in queries.tokens_of(session, one.id)
        ],
        "keys": [key(found) for found in queries.keys_of(session, one.id)],
        "sessions": [
            _row(
                "sessions",
                found.device,
                spelled(found.began_at),
                spelled(found.seen_at),
                found.strong,
            )
            for found in sessions.list_of(session, one.id, now=now)
        ],
        "identities": [
            _row("identities", found.issuer, found.subject, spelled(found.added_at))
            for found in identities.of(session, one.id)
        ],
        "passkeys": [
            _row("passkeys", found.name, spelled(found.added_at), spelled(found.used_at))
            for found in passkeys.of(session, one.id)
        ],
    }


def as_csv(table: str, told: dict[str, Any]) -> Response:
    """One of the tables of an account that is told whole."""
    return tables.as_csv(table, TABLES[table], told[table])


def key(one: PublicKey) -> dict[str, Any]:
    """A public key."""
    return _row("keys", one.keyid, one.pem, spelled(one.added_at), spelled(one.revoked_at))


def _row(table: str, *values: Any) -> dict[str, Any]:
    return dict(zip(TABLES[table], values, strict=True))
