"""What someone is to an application, and whether they have a stake in it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from refcheck_server.accounts.rights import Principal, Role
from refcheck_server.review.acting import CLOCK
from refcheck_server.review.errors import ConflictOfInterest
from refcheck_server.review.models import Application
from refcheck_server.review.states import Party

_INSIDE = frozenset({Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})


def stake_of(principal: Principal, application: Application) -> str | None:
    """Why they may not review it; None when nothing speaks against it.

    It is not enough to leave the vendor: who had a hand in the application keeps the stake.
    """
    if application.version.product.vendor_id in principal.vendors:
        return "you belong to the vendor"
    if principal.account_id in {application.author_id, application.accepted_by_id}:
        return "you applied for the vendor"
    if principal.account_id == application.result.account_id:
        return "you sent the result"
    return None


def sees_inside(principal: Principal, application: Application) -> bool:
    """Whether they read what is kept from the vendor: they work here, and have no stake in it."""
    return principal.role in _INSIDE and stake_of(principal, application) is None


def parties_of(principal: Principal, application: Application) -> AbstractSet[Party]:
    """All that someone is to it."""
    if principal is CLOCK:
        return {Party.CLOCK}
    found = set()
    vendor_id = application.version.product.vendor_id
    if principal.vendors.get(vendor_id) is Role.VENDOR_ADMINISTRATOR:
        found.add(Party.VENDOR)
    if principal.role is Role.REVIEWER and stake_of(principal, application) is None:
        found.add(Party.REVIEWER)
        if application.reviewer_id == principal.account_id:
            found.add(Party.ASSIGNED)
    if principal.role is Role.ADMINISTRATOR:
        found.add(Party.ADMINISTRATOR)
    return found


def without_stake(principal: Principal, application: Application) -> None:
    """Let only those go on who may review it.

    Raises:
        ConflictOfInterest: they have a stake in it.
    """
    if stake := stake_of(principal, application):
        raise ConflictOfInterest(
            f"you cannot review this application: {stake}",
            next_step="Leave it to another reviewer.",
        )
