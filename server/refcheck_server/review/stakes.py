"""What someone is to an application, whether they have a stake in it, and whom a word is for."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Account, Membership
from refcheck_server.accounts.principals import principal as principal_of
from refcheck_server.accounts.rights import Principal, Role
from refcheck_server.review.acting import CLOCK
from refcheck_server.review.errors import ConflictOfInterest
from refcheck_server.review.models import Application, Comment
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


def reviewers(session: Session, application: Application, party: Party) -> Sequence[Account]:
    """The accounts that are this to the application, by name. One statement.

    A word to the assigned reviewer goes to all reviewers while there is none. Reviewers who belong
    to the vendor hear nothing.
    """
    return session.scalars(
        select(Account)
        .where(Account.disabled_at.is_(None), _reviews(application, party))
        .order_by(Account.name)
    ).all()


def insiders(session: Session, application: Application) -> Sequence[Account]:
    """Who is told of what is kept from the vendor: who reviews it, and who spoke inside before.

    Whoever came to have a stake in it since then hears nothing.
    """
    spoke = exists().where(
        Comment.application_id == application.id,
        Comment.account_id == Account.id,
        Comment.internal,
    )
    reviews = _reviews(application, Party.ASSIGNED), Account.id == application.endorsed_by_id
    works_here = Account.role.in_((Role.REVIEWER, Role.ADMINISTRATOR))
    found = session.scalars(
        select(Account)
        .where(Account.disabled_at.is_(None), works_here, or_(*reviews, spoke))
        .order_by(Account.name)
    ).all()
    return [
        one
        for one in found
        if stake_of(principal_of(session, one, strong=True), application) is None
    ]


def _reviews(application: Application, party: Party) -> ColumnElement[bool]:
    if party is Party.ASSIGNED and application.reviewer_id is not None:
        return Account.id == application.reviewer_id
    vendor_id = application.version.product.vendor_id
    member = exists().where(Membership.vendor_id == vendor_id, Membership.account_id == Account.id)
    return and_(Account.role == Role.REVIEWER, ~member)
