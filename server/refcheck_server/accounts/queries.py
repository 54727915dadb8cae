"""Reading accounts, and what speaks for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Account, PublicKey, Token
from refcheck_server.accounts.rights import Role
from refcheck_server.numbered_pages import PAGE_SIZE, NumberedPage

MOST_ROWS = 10_000
"""Of a table that is downloaded whole."""


class AccountOrder(StrEnum):
    """How the list of accounts can be sorted."""

    NAME = "name"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts to list, and in which order; an empty value takes all.

    Attributes:
        words: to be found in the name.
        role: only those with this role.
    """

    words: str = ""
    role: Role | None = None
    order: AccountOrder = AccountOrder.NAME


def list_accounts(session: Session, wanted: AccountFilter, page: int) -> NumberedPage[Account]:
    """One page of accounts. Two statements."""
    found = _chosen(wanted)
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery()))
    rows = session.scalars(found.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return NumberedPage(tuple(rows), page, total or 0)


def all_accounts(session: Session, wanted: AccountFilter) -> Sequence[Account]:
    """All that match, at most `MOST_ROWS`."""
    return session.scalars(_chosen(wanted).limit(MOST_ROWS)).all()


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


def _chosen(wanted: AccountFilter) -> Select[Account]:
    found = select(Account)
    if wanted.words:
        found = found.where(Account.name.contains(wanted.words.lower(), autoescape=True))
    if wanted.role is not None:
        found = found.where(Account.role == wanted.role)
    newest = wanted.order is AccountOrder.NEWEST
    return found.order_by(Account.id.desc() if newest else Account.name)
