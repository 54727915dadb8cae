"""What an administrator does with accounts, tokens and keys."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.signer._key import SSlibKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.accounts import keys, sessions
from refcheck_server.accounts.digests import digest_of
from refcheck_server.accounts.errors import AccountFault
from refcheck_server.accounts.models import NAME_LENGTH, Account, PublicKey, Token
from refcheck_server.accounts.rights import Role, Scope
from refcheck_server.audit.log import record
from refcheck_server.moments import spelled

NAME = re.compile(rf"[a-z0-9](?:[a-z0-9.-]{{0,{NAME_LENGTH - 2}}}[a-z0-9])?")
"""What an account may be called."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token at the only moment when it is known in full."""

    secret: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An account as the administrator sees it: one line per token and key."""

    name: str
    role: str
    state: str
    tokens: tuple[str, ...]
    keys: tuple[str, ...]


def add_account(
    session: Session, name: str, *, now: datetime, role: Role = Role.SUBMITTER
) -> Account:
    """A new account.

    Raises:
        AccountFault: the name is taken, or not one.
    """
    if not NAME.fullmatch(name):
        raise AccountFault(
            f"{name!r} cannot be the name of an account",
            next_step=f"Use up to {NAME_LENGTH} of a-z, 0-9, dot and dash, like `example-cloud`.",
        )
    if session.scalar(select(Account.id).where(Account.name == name)) is not None:
        raise AccountFault(
            f"there is an account {name!r} already",
            next_step="Use `registry token new` or `registry key add` to extend it.",
        )
    account = Account(name=name, created_at=now, role=role)
    session.add(account)
    session.flush()
    record(session, "account.added", f"account:{name}", {"role": role}, at=now)
    return account


def find_account(session: Session, name: str) -> Account:
    """The account of that name.

    Raises:
        AccountFault: there is none.
    """
    account = session.scalar(select(Account).where(Account.name == name))
    if account is None:
        raise AccountFault(
            f"there is no account {name!r}",
            next_step="See `refcheck registry account list`.",
        )
    return account


def new_token(
    session: Session,
    account: Account,
    *,
    now: datetime,
    expires_at: datetime | None = None,
    scopes: Collection[Scope] = (Scope.RESULTS,),
    strong: bool = True,
) -> NewToken:
    """A new token for the account; its secret is returned and never kept.

    Args:
        strong: it is as good as a session with a second factor.
    """
    prefix = f"rck_{secrets.token_hex(4)}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    session.add(
        Token(
            account=account,
            sha256=digest_of(secret),
            prefix=prefix,
            scopes=" ".join(sorted(scopes)),
            strong=strong,
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    detail = {
        "account": account.name,
        "scopes": sorted(scopes),
        "expires": spelled(expires_at),
    }
    record(session, "token.made", f"token:{prefix}", detail, at=now)
    return NewToken(secret, prefix)


def revoke_token(session: Session, prefix: str, *, now: datetime) -> Token:
    """Stop a token, at once and for ever.

    Raises:
        AccountFault: no token has that prefix.
    """
    token = session.scalar(select(Token).where(Token.prefix == prefix))
    if token is None:
        raise AccountFault(
            f"no token begins with {prefix!r}",
            next_step="Give the part that `refcheck registry account list` shows.",
        )
    stop_token(session, token, now=now)
    return token


def stop_token(session: Session, token: Token, *, now: datetime) -> None:
    """Refuse a token from now on; one that was revoked before stays so since then."""
    if token.revoked_at is None:
        token.revoked_at = now
        detail = {"account": token.account.name}
        record(session, "token.revoked", f"token:{token.prefix}", detail, at=now)


def add_key(session: Session, account: Account, key: SSlibKey, *, now: datetime) -> None:
    """Let results signed by this key count for the account.

    Raises:
        KeyTaken: the key is registered already, be it revoked: a revoked key stays so.
    """
    keys.add(session, account.id, key, now=now)


def revoke_key(session: Session, keyid: str, *, now: datetime) -> PublicKey:
    """Refuse results signed by this key from now on; those already here stay.

    Raises:
        AccountFault: no such key.
    """
    key = session.scalar(select(PublicKey).where(PublicKey.keyid == keyid))
    if key is None:
        raise AccountFault(
            f"there is no key {keyid!r}",
            next_step="See `refcheck registry account list`.",
        )
    keys.stop(session, key, now=now)
    return key


def tokens_of(session: Session, account_id: int) -> Sequence[Token]:
    """The tokens of an account, the newest first."""
    return session.scalars(
        select(Token).where(Token.account_id == account_id).order_by(Token.id.desc())
    ).all()


def keys_of(session: Session, account_id: int) -> Sequence[PublicKey]:
    """The public keys of an account, the newest first."""
    return session.scalars(
        select(PublicKey).where(PublicKey.account_id == account_id).order_by(PublicKey.id.desc())
    ).all()


def overview(session: Session) -> Iterator[Entry]:
    """Every account, by name."""
    for account in session.scalars(select(Account).order_by(Account.name)):
        tokens = reversed(tokens_of(session, account.id))
        keys = reversed(keys_of(session, account.id))
        yield Entry(
            account.name,
            account.role,
            _account_state(account),
            tuple(
                f"token {token.prefix}…  {token.scopes}, {_token_state(token)}" for token in tokens
            ),
            tuple(f"key   {key.keyid}  {_key_state(key)}" for key in keys),
        )


def give_role(session: Session, account: Account, role: Role, *, now: datetime) -> None:
    """Make an account a submitter, reviewer, administrator or auditor, at its next request."""
    before, account.role = account.role, role
    if before != role:
        detail = {"before": before, "role": role}
        record(session, "role.given", f"account:{account.name}", detail, at=now)


def disable(session: Session, account: Account, *, now: datetime) -> None:
    """Let nobody use an account any more: its sessions end, its tokens are refused."""
    was_disabled = account.disabled_at is not None
    account.disabled_at = account.disabled_at or now
    sessions.end_all(session, account.id)
    if not was_disabled:
        record(session, "account.disabled", f"account:{account.name}", {}, at=now)


def enable(session: Session, account: Account, *, now: datetime) -> None:
    """Let a disabled account be used again."""
    if account.disabled_at is not None:
        account.disabled_at = None
        record(session, "account.enabled", f"account:{account.name}", {}, at=now)


def _account_state(account: Account) -> str:
    if account.disabled_at is not None:
        return f"disabled {account.disabled_at:%Y-%m-%d}"
    if account.password_hash is None:
        return "no password"
    return "password and second factor" if account.second_factor else "password"


def _token_state(token: Token) -> str:
    if token.revoked_at is not None:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    return f"expires {token.expires_at:%Y-%m-%d}" if token.expires_at else "does not expire"


def _key_state(key: PublicKey) -> str:
    return (
        f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else f"since {key.added_at:%Y-%m-%d}"
    )
