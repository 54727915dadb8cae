"""Who sends this request, and whose signature is on what it carries."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from securesystemslib.dsse import Envelope
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from refcheck.result.signing import load_public_key, verify
from refcheck_server.accounts.digests import digest_of
from refcheck_server.accounts.errors import NotAuthenticated, SigningKeyRefused, TokenRefused
from refcheck_server.accounts.models import PublicKey, Token
from refcheck_server.accounts.principals import principal
from refcheck_server.accounts.rights import Principal, Scope

_BEARER = re.compile(r"bearer +([\x21-\x7e]{1,200})", re.IGNORECASE)
_KEYID = re.compile(r"[0-9a-f]{1,64}")
_MOST_SIGNATURES = 16
_USED_EVERY = timedelta(hours=1)
"""The last use of a token is written no more often than this: uploads come in crowds."""
_GET_ACCESS = "Ask this registry's administrator for a token, and give it with --token."


def authenticate(session: Session, authorization: str | None, *, now: datetime) -> Principal:
    """The account behind an `Authorization: Bearer TOKEN` header.

    Raises:
        NotAuthenticated: no token, not of that form, or unknown.
        TokenRefused: revoked or expired, or its account is disabled.
    """
    if not authorization:
        raise no_token()
    match = _BEARER.fullmatch(authorization.strip())
    if match is None:
        raise NotAuthenticated(
            "the Authorization header is not `Bearer TOKEN`", next_step=_GET_ACCESS
        )
    token = session.scalar(
        select(Token)
        .where(Token.sha256 == digest_of(match.group(1)))
        .options(joinedload(Token.account))
    )
    if token is None:
        raise NotAuthenticated("this token is not known here", next_step=_GET_ACCESS)
    if token.revoked_at is not None:
        raise TokenRefused(f"the token {token.prefix}… was revoked", next_step=_GET_ACCESS)
    if token.expires_at is not None and token.expires_at <= now:
        raise TokenRefused(
            f"the token {token.prefix}… expired on {token.expires_at:%Y-%m-%d}",
            next_step=_GET_ACCESS,
        )
    if token.account.disabled_at is not None:
        raise TokenRefused(f"the account {token.account.name} is disabled", next_step=_GET_ACCESS)
    _note_use(session, token, now)
    return principal(session, token.account, strong=token.strong, scopes=_scopes(token))


def _note_use(session: Session, token: Token, now: datetime) -> None:
    if token.used_at is None or now - token.used_at >= _USED_EVERY:
        token.used_at = now
        session.commit()


def _scopes(token: Token) -> frozenset[Scope]:
    return frozenset(Scope(word) for word in token.scopes.split())


def no_token() -> NotAuthenticated:
    """What to answer when there is no token where one is needed."""
    return NotAuthenticated("no token was given", next_step=_GET_ACCESS)


def check_signature(session: Session, sender: Principal, envelope: Envelope) -> PublicKey:
    """The key of this account whose signature on the envelope is good.

    Raises:
        SigningKeyRefused: signed by no key of this account, or by a revoked one.
        BadSignature: the content was changed after signing.
    """
    named = sorted(keyid for keyid in envelope.signatures if _KEYID.fullmatch(keyid))
    found = session.scalars(
        select(PublicKey).where(
            PublicKey.keyid.in_(named[:_MOST_SIGNATURES]),
            PublicKey.account_id == sender.account_id,
        )
    ).all()
    good = {key.keyid: key for key in found if key.revoked_at is None}
    if not good:
        raise _refused(sender, named, revoked=bool(found))
    keys = [load_public_key(key.pem.encode(), where=key.keyid) for key in good.values()]
    return good[verify(envelope, keys, where="$.signatures").keyid]


def _refused(sender: Principal, named: list[str], *, revoked: bool) -> SigningKeyRefused:
    if revoked:
        return SigningKeyRefused(
            f"the signing key {named[0]} was revoked",
            where="$.signatures",
            next_step="Sign with a key that is registered and not revoked.",
        )
    known_as = named[0] if named else "without a usable key id"
    return SigningKeyRefused(
        f"the signing key is not registered for {sender.name!r} ({known_as})",
        where="$.signatures",
        next_step="Have the registry's administrator add your public key (`refcheck key show`).",
    )
