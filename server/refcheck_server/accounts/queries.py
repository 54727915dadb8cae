"""Reading accounts, for those who may see them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from refcheck_server.accounts.errors import NoSuchThing
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import Role
from refcheck_server.numbered_pages import PAGE_SIZE, NumberedPage

MOST_ROWS = 10_000
"""Of a table that is downloaded whole."""


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts to list; an empty value takes all.

    Attributes:
        words: to be found in the name.
        role: only those with this role.
    """

    words: str = ""
    role: Role | None = None


def list_accounts(session: Session, wanted: AccountFilter, page: int) -> NumberedPage[Account]:
    """Accounts by name. Two statements."""
    conditions = _conditions(wanted)
    total = session.scalar(select(func.count(Account.id)).where(*conditions))
    rows = session.scalars(
        select(Account)
        .where(*conditions)
        .order_by(Account.name)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return NumberedPage(tuple(rows), page, total or 0)


def all_accounts(session: Session, wanted: AccountFilter) -> Sequence[Account]:
    """All that match, at most `MOST_ROWS`."""
    return session.scalars(
        select(Account).where(*_conditions(wanted)).order_by(Account.name).limit(MOST_ROWS)
    ).all()


def account_of(session: Session, name: str) -> Account:
    """The account of that name.

    Raises:
        NoSuchThing: there is none.
    """
    found = session.scalar(select(Account).where(Account.name == name))
    if found is None:
        raise NoSuchThing(f"there is no account {name!r}", next_step="Look at the list.")
    return found


def _conditions(wanted: AccountFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        conditions.append(Account.name.contains(wanted.words.lower(), autoescape=True))
    if wanted.role is not None:
        conditions.append(Account.role == wanted.role)
    return conditions
