"""Who sends this request, and whose signature is on what it carries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]
from sqlalchemy import BindParameter, ScalarSelect, bindparam, select, update
from sqlalchemy.orm import Session

from refcheck.result.signing import load_public_key, verify
from refcheck_server.accounts.errors import NotAllowed, NotAuthenticated, SigningKeyRefused
from refcheck_server.accounts.models import Account, PublicKey, Token, digest_of
from refcheck_server.accounts.principals import principal
from refcheck_server.accounts.rights import Principal, Scope
from refcheck_server.columns import table_of
from refcheck_server.database import kept

_BEARER = re.compile(r"bearer +([\x21-\x7e]{1,200})", re.IGNORECASE)
_KEYID = re.compile(r"[0-9a-f]{1,64}")
_MOST_SIGNATURES = 16
_USED_EVERY = timedelta(hours=1)
"""The last use of a token is written no more often than this: uploads come in crowds."""
_TOKENS, _ACCOUNTS = table_of(Token).c, table_of(Account).c
_TOKEN = select(
    _TOKENS.id.label("token_id"),
    _TOKENS.prefix,
    _TOKENS.scopes,
    _TOKENS.expires_at,
    _TOKENS.revoked_at,
    _TOKENS.used_at,
    _TOKENS.strong,
    _ACCOUNTS.id,
    _ACCOUNTS.name,
    _ACCOUNTS.role,
    _ACCOUNTS.disabled_at,
).where(_TOKENS.sha256 == bindparam("sha256"), _ACCOUNTS.id == _TOKENS.account_id)
"""A token with its account, without the ORM's book-keeping: every request of a program asks."""
_MOST_KEYS_KNOWN = 1024
_GET_ACCESS = "Ask this registry's administrator for a token, and give it with --token."


def authenticate(session: Session, authorization: str | None, *, now: datetime) -> Principal:
    """The account behind an `Authorization: Bearer TOKEN` header.

    Raises:
        NotAuthenticated: no token, not of that form, or unknown.
        NotAllowed: revoked or expired, or its account is disabled.
    """
    if not authorization:
        raise no_token()
    match = _BEARER.fullmatch(authorization.strip())
    if match is None:
        raise NotAuthenticated(
            "the Authorization header is not `Bearer TOKEN`", next_step=_GET_ACCESS
        )
    token: Any = session.execute(_TOKEN, {"sha256": digest_of(match.group(1))}).one_or_none()
    if token is None:
        raise NotAuthenticated("this token is not known here", next_step=_GET_ACCESS)
    if token.revoked_at is not None:
        raise NotAllowed(f"the token {token.prefix}… was revoked", next_step=_GET_ACCESS)
    if token.expires_at is not None and token.expires_at <= now:
        raise NotAllowed(
            f"the token {token.prefix}… expired on {token.expires_at:%Y-%m-%d}",
            next_step=_GET_ACCESS,
        )
    if token.disabled_at is not None:
        raise NotAllowed(f"the account {token.name} is disabled", next_step=_GET_ACCESS)
    _note_use(session, token, now)
    return principal(session, token, strong=token.strong, scopes=_scopes(token.scopes))


def _note_use(session: Session, token: Any, now: datetime) -> None:
    if token.used_at is None or now - token.used_at >= _USED_EVERY:
        session.execute(update(Token).where(Token.id == token.token_id).values(used_at=now))
        session.commit()


@lru_cache(maxsize=64)
def _scopes(words: str) -> frozenset[Scope]:
    return frozenset(map(Scope, words.split()))


def no_token() -> NotAuthenticated:
    """What to answer when there is no token where one is needed."""
    return NotAuthenticated("no token was given", next_step=_GET_ACCESS)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A registered key: all that never changes about it. Whether it was revoked does."""

    id: int
    account_id: int
    keyid: str
    public: SSlibKey


def check_signature(session: Session, sender: Principal, envelope: Envelope) -> SigningKey:
    """The key of this account whose signature on the envelope is good.

    No statement when it is known here. Then it may have been revoked meanwhile: whoever keeps what
    it signed asks for that with `revoked_at` as they write.

    Raises:
        SigningKeyRefused: signed by no key of this account, or by a revoked one.
        BadSignature: the content was changed after signing.
    """
    named = sorted(keyid for keyid in envelope.signatures if _KEYID.fullmatch(keyid))
    known: dict[str, SigningKey] = kept(session, "signing keys")
    good = {keyid: known[keyid] for keyid in named if keyid in known}
    if len(named) != 1 or not good:
        good = _keys_not_revoked(session, sender, named)
        if len(known) + len(good) > _MOST_KEYS_KNOWN:
            known.clear()
        known.update(good)
    good = {keyid: key for keyid, key in good.items() if key.account_id == sender.account_id}
    if not good:
        raise _refused(sender, named, revoked=False)
    keys = [key.public for key in good.values()]
    return good[verify(envelope, keys, where="$.signatures").keyid]


def _keys_not_revoked(
    session: Session, sender: Principal, named: list[str]
) -> dict[str, SigningKey]:
    found = session.scalars(
        select(PublicKey).where(
            PublicKey.keyid.in_(named[:_MOST_SIGNATURES]),
            PublicKey.account_id == sender.account_id,
        )
    ).all()
    good = [key for key in found if key.revoked_at is None]
    if not good:
        raise _refused(sender, named, revoked=bool(found))
    return {
        key.keyid: SigningKey(
            key.id, key.account_id, key.keyid, load_public_key(key.pem.encode(), where=key.keyid)
        )
        for key in good
    }


def revoked_at(key_id: BindParameter[int]) -> ScalarSelect[datetime | None]:
    """When a key was revoked, within the statement that keeps what it signed."""
    return select(PublicKey.revoked_at).where(PublicKey.id == key_id).scalar_subquery()


def key_was_revoked(keyid: str) -> SigningKeyRefused:
    """What to answer to a signature by a key that was revoked."""
    return SigningKeyRefused(
        f"the signing key {keyid} was revoked",
        where="$.signatures",
        next_step="Sign with a key that is registered and not revoked.",
    )


def _refused(sender: Principal, named: list[str], *, revoked: bool) -> SigningKeyRefused:
    if revoked:
        return key_was_revoked(named[0])
    known_as = named[0] if named else "without a usable key id"
    return SigningKeyRefused(
        f"the signing key is not registered for {sender.name!r} ({known_as})",
        where="$.signatures",
        next_step="Have the registry's administrator add your public key (`refcheck key show`).",
    )
