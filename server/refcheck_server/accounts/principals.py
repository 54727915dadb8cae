"""An account as whoever asks, with the role that is in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Account, Membership
from refcheck_server.accounts.rights import SECOND_FACTOR_ROLES, Principal, Role, Scope


class Memberships(Mapping[int, Role]):
    """The vendors of an account; asked for when they matter, which for uploads they never do."""

    def __init__(self, session: Session, account_id: int) -> None:
        self._session = session
        self._account_id = account_id

    @cached_property
    def _found(self) -> Mapping[int, Role]:
        rows = self._session.execute(
            select(Membership.vendor_id, Membership.role).where(
                Membership.account_id == self._account_id
            )
        )
        return {vendor_id: Role(role) for vendor_id, role in rows}

    def __getitem__(self, vendor_id: int) -> Role:
        return self._found[vendor_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def principal(
    session: Session,
    account: Account,
    *,
    strong: bool,
    scopes: frozenset[Scope] | None = None,
    session_id: int | None = None,
) -> Principal:
    """Whoever came with this account.

    Args:
        session: to look their vendors up.
        account: that they came with (id, name and role will do); an auditor speaks for no vendor.
        strong: they showed a second factor, or come with what only such a session gives out.
        scopes: of their token.
        session_id: of their session.
    """
    role = Role(account.role)
    lacks = role in SECOND_FACTOR_ROLES and not strong
    return Principal(
        account.id,
        account.name,
        Role.SUBMITTER if lacks else role,
        vendors={} if role is Role.AUDITOR else Memberships(session, account.id),
        scopes=scopes,
        strong=strong,
        lacks_second_factor=lacks,
        session_id=session_id,
    )
