"""Accounts, and the tokens and keys that speak for them: added, changed and stopped.

Whoever runs the registry does this to any account, by page or command; an owner to their own. For
an owner, and where an address names an account, `account_id` says whose thing it must be.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from securesystemslib.signer._key import SSlibKey
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refcheck.result.key_proof import pem_of
from refcheck_server.accounts import sessions
from refcheck_server.accounts.errors import AccountFault, NoSuchThing, Taken
from refcheck_server.accounts.models import NAME_LENGTH, Account, PublicKey, Token, digest_of
from refcheck_server.accounts.rights import TOKEN_DAYS, Role, Scope
from refcheck_server.audit.log import record
from refcheck_server.moments import spelled

NAME = re.compile(rf"[a-z0-9](?:[a-z0-9.-]{{0,{NAME_LENGTH - 2}}}[a-z0-9])?")
"""What an account may be called."""
_LOOK = "Look at the account's page, or at `refcheck registry account list`."


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token at the only moment when it is known in full."""

    secret: str
    prefix: str


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
        NoSuchThing: there is none.
    """
    account = session.scalar(select(Account).where(Account.name == name))
    if account is None:
        raise NoSuchThing(
            f"there is no account {name!r}",
            next_step="Look at the list of accounts: `refcheck registry account list`.",
        )
    return account


def give_role(session: Session, account: Account, role: Role, *, now: datetime) -> None:
    """Make an account a submitter, reviewer, administrator or auditor, at its next request."""
    before, account.role = account.role, role
    if before != role:
        detail = {"before": before, "role": role}
        record(session, "role.given", f"account:{account.name}", detail, at=now)


def disable(session: Session, account: Account, *, now: datetime) -> None:
    """Let nobody use an account any more: its sessions end, its tokens are refused."""
    sessions.end_all(session, account.id)
    if account.disabled_at is None:
        account.disabled_at = now
        record(session, "account.disabled", f"account:{account.name}", {}, at=now)


def enable(session: Session, account: Account, *, now: datetime) -> None:
    """Let a disabled account be used again."""
    if account.disabled_at is not None:
        account.disabled_at = None
        record(session, "account.enabled", f"account:{account.name}", {}, at=now)


def new_token(
    session: Session,
    account: Account,
    *,
    now: datetime,
    days: int = TOKEN_DAYS,
    scopes: Collection[Scope] = (Scope.RESULTS,),
    strong: bool = True,
) -> NewToken:
    """A new token for the account; its secret is returned and never kept.

    Args:
        days: until it expires, `MOST_TOKEN_DAYS` at most.
        strong: it is as good as a session with a second factor: a token is never more than who
            made it.
    """
    prefix = f"rck_{secrets.token_hex(4)}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    expires_at = now + timedelta(days=days)
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
    detail = {"account": account.name, "scopes": sorted(scopes), "expires": spelled(expires_at)}
    record(session, "token.made", f"token:{prefix}", detail, at=now)
    return NewToken(secret, prefix)


def revoke_token(
    session: Session, prefix: str, *, now: datetime, account_id: int | None = None
) -> None:
    """Stop a token, at once and for ever; one that was revoked before stays so since then.

    Raises:
        NoSuchThing: there is none, or it is another account's.
    """
    token = session.scalar(select(Token).where(Token.prefix == prefix))
    if token is None or account_id not in {None, token.account_id}:
        raise NoSuchThing(f"there is no token {prefix!r}", next_step=_LOOK)
    if token.revoked_at is None:
        token.revoked_at = now
        detail = {"account": token.account.name}
        record(session, "token.revoked", f"token:{prefix}", detail, at=now)


def add_key(session: Session, account: Account, key: SSlibKey, *, now: datetime) -> PublicKey:
    """Let results signed by this key count for the account.

    Raises:
        Taken: the key is registered already, be it revoked: a revoked key stays so.
    """
    known = session.scalar(select(PublicKey).where(PublicKey.keyid == key.keyid))
    if known is not None:
        state = "was revoked" if known.revoked_at else "is registered"
        raise _taken(f"the key {key.keyid} {state} for {known.account.name!r}")
    added = PublicKey(account_id=account.id, keyid=key.keyid, pem=pem_of(key), added_at=now)
    session.add(added)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise _taken(f"the key {key.keyid} was registered at the same moment") from None
    record(session, "key.added", f"key:{key.keyid}", {"account": account.name}, at=now)
    return added


def revoke_key(
    session: Session, keyid: str, *, now: datetime, account_id: int | None = None
) -> PublicKey:
    """Refuse results signed by this key from now on; those already here stay.

    Raises:
        NoSuchThing: there is none, or it is another account's.
    """
    key = session.scalar(select(PublicKey).where(PublicKey.keyid == keyid))
    if key is None or account_id not in {None, key.account_id}:
        raise NoSuchThing(f"there is no key {keyid!r}", next_step=_LOOK)
    if key.revoked_at is None:
        key.revoked_at = now
        record(session, "key.revoked", f"key:{keyid}", {"account": key.account.name}, at=now)
    return key


def _taken(fault: str) -> Taken:
    return Taken(fault, next_step="Make a new one with `refcheck key new`.")
