"""API tokens that an account makes for its own programs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.accounts import services
from refcheck_server.accounts.errors import BadToken, NoSuchThing
from refcheck_server.accounts.models import Account, Token
from refcheck_server.accounts.rights import Scope

LONGEST_DAYS = 365
USUAL_DAYS = 90


def make(
    session: Session,
    account: Account,
    scopes: Collection[str],
    days: str,
    *,
    strong: bool,
    now: datetime,
) -> services.NewToken:
    """A new token of the account.

    Args:
        session: to keep its digest in.
        account: that it speaks for.
        scopes: what it is good for; one at least.
        days: after which it expires, as typed.
        strong: whoever asks has shown a second factor; a token is never more than who made it.
        now: the time.

    Raises:
        BadToken: no scope, one that there is not, or not a number of days.
    """
    known = set(Scope)
    if not scopes or not set(scopes) <= known:
        raise BadToken(
            "is not what a token can be good for",
            where="scopes",
            next_step=f"Choose one or more of {', '.join(Scope)}.",
        )
    if not (days.isascii() and days.isdigit() and len(days) < 5 and 0 < int(days) <= LONGEST_DAYS):
        raise BadToken(
            "is not a number of days", where="days", next_step=f"Give 1 to {LONGEST_DAYS}."
        )
    return services.new_token(
        session,
        account,
        now=now,
        expires_at=now + timedelta(days=int(days)),
        scopes={Scope(scope) for scope in scopes},
        strong=strong,
    )


def revoke(session: Session, account_id: int, prefix: str, *, now: datetime) -> Token:
    """Stop a token of the account, at once and for ever.

    Raises:
        NoSuchThing: the account has no such token.
    """
    token = session.scalar(
        select(Token).where(Token.prefix == prefix, Token.account_id == account_id)
    )
    if token is None:
        raise NoSuchThing("there is no such token", next_step="Look at your account's page.")
    services.stop_token(session, token, now=now)
    return token
