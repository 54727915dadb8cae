"""Whom a word about an application is for. What carries it (mail, feeds) asks here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Account, Membership
from refcheck_server.accounts.rights import Role
from refcheck_server.review.models import Application
from refcheck_server.review.states import Party


def addressees(session: Session, application: Application, party: Party) -> Sequence[Account]:
    """The accounts that are this to the application, by name. One statement.

    A word to the assigned reviewer goes to all reviewers while there is none. Reviewers who belong
    to the vendor hear nothing.
    """
    return session.scalars(
        select(Account)
        .where(Account.disabled_at.is_(None), _is(party, application))
        .order_by(Account.name)
    ).all()


def _is(party: Party, application: Application) -> ColumnElement[bool]:
    vendor_id = application.version.product.vendor_id
    member = (Membership.vendor_id == vendor_id) & (Membership.account_id == Account.id)
    match party:
        case Party.VENDOR:
            return exists().where(member, Membership.role == Role.VENDOR_ADMINISTRATOR)
        case Party.ADMINISTRATOR:
            return Account.role == Role.ADMINISTRATOR
        case Party.CLOCK:
            return false()
        case Party.ASSIGNED if application.reviewer_id is not None:
            return Account.id == application.reviewer_id
        case _:
            return (Account.role == Role.REVIEWER) & ~exists().where(member)
