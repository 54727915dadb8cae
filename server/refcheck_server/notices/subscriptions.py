"""Where an account gets mail: an address that it has shown to read, and what it wants there."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import WORDS, digest_of
from refcheck_server.accounts.rights import Principal
from refcheck_server.audit.log import record
from refcheck_server.fields import BadField, Fields
from refcheck_server.jobs.queue import enqueue
from refcheck_server.notices.errors import ConfirmationRefused, TooSoon
from refcheck_server.notices.models import Subscription, Topic, as_text
from refcheck_server.settings import is_mail_address

TASK = "mail.confirm"
GOOD_FOR = timedelta(days=1)
_PAUSE = timedelta(minutes=1)


def of(session: Session, account_id: int) -> Subscription | None:
    """Where an account gets mail; None for nowhere."""
    return session.get(Subscription, account_id)


def ask(session: Session, owner: Principal, fields: Fields, *, now: datetime) -> None:
    """Send a link to an address, which counts from when the link is followed.

    Raises:
        BadField: it is no address.
        TooSoon: a link was sent less than a minute ago: nobody is flooded with them.
    """
    address = fields.text("address", WORDS, required=True)
    if not is_mail_address(address):
        raise BadField("is not a mail address", where="address", next_step="Give name@example.org.")
    found = of(session, owner.account_id)
    if found is None:
        found = Subscription(account_id=owner.account_id, topics=as_text(Topic), asked_at=now)
        session.add(found)
    elif now - found.asked_at < _PAUSE:
        raise TooSoon("a link was sent a moment ago", next_step="Wait a minute.")
    found.address, found.asked_at, found.confirmed_at, found.sha256 = address, now, None, None
    session.flush()
    enqueue(session, TASK, {"account": owner.account_id}, now=now)
    _tell(session, "mail.address_given", owner, now)


def new_secret(session: Session, account_id: int) -> tuple[Subscription, str] | None:
    """A secret for the link that confirms an address; None when there is nothing to confirm."""
    found = of(session, account_id)
    if found is None or found.confirmed_at is not None:
        return None
    secret = secrets.token_urlsafe(32)
    found.sha256 = digest_of(secret)
    return found, secret


def awaiting(session: Session, owner: Principal, secret: str, *, now: datetime) -> Subscription:
    """The address that a link confirms, for the account that asked for it.

    Raises:
        ConfirmationRefused: the link does not count.
    """
    found = session.scalar(
        select(Subscription).where(
            Subscription.sha256 == digest_of(secret),
            Subscription.account_id == owner.account_id,
            Subscription.asked_at > now - GOOD_FOR,
        )
    )
    if found is None:
        raise ConfirmationRefused(
            "this link does not count: it was used, is too old, or is another account's",
            next_step="Give the address again.",
        )
    return found


def confirm(session: Session, owner: Principal, secret: str, *, now: datetime) -> None:
    """Send mail to the address from now on.

    Raises:
        ConfirmationRefused: the link does not count.
    """
    found = awaiting(session, owner, secret, now=now)
    found.confirmed_at, found.sha256 = now, None
    session.flush()
    _tell(session, "mail.address_confirmed", owner, now)


def choose(session: Session, owner: Principal, fields: Fields, *, now: datetime) -> None:
    """Send mail about these topics, and no others; none is a choice too.

    Raises:
        BadField: there is no such topic.
    """
    topics, found = fields.choices("topics", Topic, required=False), of(session, owner.account_id)
    if found is not None and found.topics != as_text(topics):
        found.topics = as_text(topics)
        session.flush()
        _tell(session, "mail.topics_chosen", owner, now, topics=sorted(topics))


def forget(session: Session, owner: Principal, *, now: datetime) -> None:
    """Send no mail any more, and keep no address."""
    found = of(session, owner.account_id)
    if found is not None:
        session.delete(found)
        session.flush()
        _tell(session, "mail.address_forgotten", owner, now)


def _tell(session: Session, action: str, owner: Principal, now: datetime, **detail: object) -> None:
    """Let the audit log tell of it, without the address."""
    record(session, action, f"account:{owner.name}", detail, at=now)
