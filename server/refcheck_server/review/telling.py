"""Whom a word about an application is for. What carries it (mail, feeds) asks here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Account, Membership
from refcheck_server.accounts.principals import principal as principal_of
from refcheck_server.accounts.rights import Role
from refcheck_server.review.models import Application, Comment
from refcheck_server.review.stakes import stake_of
from refcheck_server.review.states import Party


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
