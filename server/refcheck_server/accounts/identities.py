"""Identities at an OpenID provider, and the account that each leads to.

An identity is known by issuer and subject and by nothing else: a mail address can be given to
another person, or claimed by anyone at a careless provider. The audit log names an identity by its
number here: what a provider calls the person may be a mail address.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from refcheck_server.accounts import services
from refcheck_server.accounts.errors import NoSuchThing, SignInRefused, Taken
from refcheck_server.accounts.models import Account, Identity
from refcheck_server.accounts.oidc import Person
from refcheck_server.audit.log import record

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 40


def account_of(session: Session, person: Person, *, now: datetime) -> Account:
    """The account that this identity leads to; a new submitter's when it is new here.

    Raises:
        SignInRefused: the account is disabled.
    """
    known = _find(session, person) or _new(session, person, now)
    if known.account.disabled_at is not None:
        raise SignInRefused(
            f"the account {known.account.name} is disabled",
            next_step="Ask an administrator of this registry.",
        )
    return known.account


def _new(session: Session, person: Person, now: datetime) -> Identity:
    try:
        name = _free_name(session, person.wanted_name)
        return _added(session, services.add_account(session, name, now=now).id, person, now)
    except IntegrityError:  # they came in twice at the same moment
        session.rollback()
        known = _find(session, person)
        if known is None:
            raise
        return known


def link(session: Session, account_id: int, person: Person, *, now: datetime) -> None:
    """Let an identity lead to this account from now on.

    Raises:
        Taken: it leads to another account already.
    """
    known = _find(session, person)
    if known is not None and known.account_id == account_id:
        return
    if known is not None:
        raise Taken(
            "this identity leads to another account here",
            next_step="Sign in with it, and unlink it there first.",
        )
    _added(session, account_id, person, now)


def _added(session: Session, account_id: int, person: Person, now: datetime) -> Identity:
    identity = Identity(
        account_id=account_id, issuer=person.issuer, subject=person.subject, added_at=now
    )
    session.add(identity)
    session.flush()
    detail = {"identity": identity.id, "issuer": identity.issuer}
    record(session, "identity.linked", f"account:{identity.account.name}", detail, at=now)
    return identity


def unlink(session: Session, account: Account, identity_id: int, *, now: datetime) -> None:
    """Let an identity lead to its account no more.

    Raises:
        NoSuchThing: the account has no such identity.
        Taken: it is the only way to sign in.
    """
    own = of(session, account.id)
    if identity_id not in {one.id for one in own}:
        raise NoSuchThing("there is no such identity", next_step="Look at your account's page.")
    if account.password_hash is None and len(own) < 2:
        raise Taken(
            "it is the only way to sign in with this account",
            next_step="Link another one first, or have an administrator set a password.",
        )
    session.execute(
        delete(Identity).where(Identity.id == identity_id, Identity.account_id == account.id)
    )
    detail = {"identity": identity_id}
    record(session, "identity.unlinked", f"account:{account.name}", detail, at=now)


def of(session: Session, account_id: int) -> Sequence[Identity]:
    """The identities that lead to an account."""
    return session.scalars(select(Identity).where(Identity.account_id == account_id)).all()


def _find(session: Session, person: Person) -> Identity | None:
    return session.scalar(
        select(Identity)
        .where(Identity.issuer == person.issuer, Identity.subject == person.subject)
        .options(joinedload(Identity.account))
    )


def _free_name(session: Session, wanted: str) -> str:
    name = _NOT_IN_NAMES.sub("-", wanted.lower()).strip("-")[:_LONGEST_NAME].strip("-")
    if name and session.scalar(select(Account.id).where(Account.name == name)) is None:
        return name
    return f"{name or 'account'}-{secrets.token_hex(4)}"
