"""An account as whoever asks, with the role that is in force."""

from __future__ import annotations

from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import SECOND_FACTOR_ROLES, Principal, Role, Scope


def principal(
    account: Account,
    *,
    strong: bool,
    scopes: frozenset[Scope] | None = None,
    session_id: int | None = None,
) -> Principal:
    """Whoever came with this account.

    Args:
        account: that they came with.
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
        scopes=scopes,
        lacks_second_factor=lacks,
        session_id=session_id,
    )
