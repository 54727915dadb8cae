"""From the audit log to notices: the log is read on, and each event that concerns someone is told.

The log is what this registry did, in the order of its transactions and without gaps, so nothing
that happened can be missed, and whoever records an event needs to do nothing else. Reading on makes
a job of each event that has a rule; that job finds out whom it concerns, keeps what they are told,
and makes a job of each mail and each message.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Membership
from refcheck_server.audit.models import AuditEvent, AuditHead
from refcheck_server.database import insert_into
from refcheck_server.jobs.queue import enqueue
from refcheck_server.jobs.tasks import Routine, Task, Tools
from refcheck_server.notices.events import Event, Told, event_of, worded
from refcheck_server.notices.mailing import MAILING
from refcheck_server.notices.models import (
    Delivery,
    Notice,
    NoticeCursor,
    Subscription,
    Topic,
    Webhook,
    of_text,
)
from refcheck_server.notices.representation import payload
from refcheck_server.notices.rules import RULES
from refcheck_server.notices.webhooks import send
from refcheck_server.settings import Webhooks

_CURSOR = 1
_AT_ONCE = 500
_OLDEST = timedelta(days=1)
"""A registry that begins to tell does not begin with what was long ago."""


def follow(tools: Tools) -> None:
    """Make a job of each event that came since the last time; only reads when there is none."""
    with tools.database.session() as session:
        end = session.scalar(select(AuditHead.size)) or 0
        position = session.scalar(select(NoticeCursor.number))
        session.rollback()
        if position is None:
            position = _begin(session, tools, end)
        while position < end:
            position = _read_on(session, tools)


def _begin(session: Session, tools: Tools, end: int) -> int:
    first = session.scalar(
        select(func.min(AuditEvent.number)).where(AuditEvent.at >= tools.now() - _OLDEST)
    )
    session.rollback()
    position = end if first is None else first
    new = insert_into(tools.database.engine.dialect.name, NoticeCursor)
    session.execute(new.on_conflict_do_nothing(), {"id": _CURSOR, "number": position})
    session.commit()
    return position


def _read_on(session: Session, tools: Tools) -> int:
    """Some more events; whoever else reads on waits meanwhile."""
    held = (
        update(NoticeCursor)
        .where(NoticeCursor.id == _CURSOR)
        .execution_options(synchronize_session=False)
    )
    begin = session.scalar(held.values(number=NoticeCursor.number).returning(NoticeCursor.number))
    events = session.execute(
        select(AuditEvent.number, AuditEvent.action)
        .where(AuditEvent.number >= begin)
        .order_by(AuditEvent.number)
        .limit(_AT_ONCE)
    ).all()
    for event in events:
        if event.action in RULES:
            enqueue(session, TELLING.name, {"event": event.number}, now=tools.now())
    position: int = events[-1].number + 1 if events else begin or 0
    session.execute(held.values(number=position))
    session.commit()
    return position


def tell(tools: Tools, arguments: Mapping[str, Any]) -> None:
    """Tell of one event, all of it or nothing; a second time nothing is done."""
    with tools.database.session() as session, session.begin():
        number = arguments["event"]
        if session.scalar(select(Notice.id).where(Notice.number == number).limit(1)) is not None:
            return
        row = session.get(AuditEvent, number)
        rule = RULES.get(row.action) if row is not None else None
        if row is None or rule is None:
            return
        event, mailed = event_of(row), set[int]()
        for told in rule.concerns(session, event):
            _Telling(session, tools, event, rule.topic, told, mailed).run()


class _Telling:
    """One event on its way to some whom it concerns; `mailed` are those who know already."""

    def __init__(
        self,
        session: Session,
        tools: Tools,
        event: Event,
        topic: Topic,
        told: Told,
        mailed: set[int],
    ) -> None:
        self._session, self._tools = session, tools
        self._event, self._topic, self._told = event, topic, told
        self._title, self._text = worded(event, told)
        self._mailed = mailed

    def run(self) -> None:
        for vendor_id in sorted(self._told.vendors):
            notice = self._keep(vendor_id=vendor_id)
            self._post(notice)
            self._mail(notice, self._members(vendor_id))
        for account_id in sorted(self._told.accounts):
            self._mail(self._keep(account_id=account_id), [account_id])

    def _keep(self, **whose: int) -> Notice:
        notice = Notice(
            number=self._event.number,
            action=self._event.action,
            topic=self._topic,
            at=self._event.at,
            title=self._title,
            text=self._text,
            path=self._told.path,
            facts=json.dumps(dict(self._told.facts)),
            **whose,
        )
        self._session.add(notice)
        self._session.flush()
        return notice

    def _members(self, vendor_id: int) -> Iterable[int]:
        return self._session.scalars(
            select(Membership.account_id).where(Membership.vendor_id == vendor_id)
        ).all()

    def _mail(self, notice: Notice, accounts: Iterable[int]) -> None:
        """Each gets one mail of an event, however many ways it concerns them."""
        wanted = set(accounts) - self._mailed - {self._told.knows}
        if self._tools.settings.mail is None or not wanted:
            return
        rows = self._session.scalars(
            select(Subscription).where(
                Subscription.account_id.in_(wanted), Subscription.confirmed_at.is_not(None)
            )
        )
        for one in rows:
            if self._topic in of_text(one.topics):
                self._mailed.add(one.account_id)
                given = {"notice": notice.id, "account": one.account_id}
                enqueue(self._session, MAILING.name, given, now=self._tools.now())

    def _post(self, notice: Notice) -> None:
        if self._tools.settings.webhooks is Webhooks.NOWHERE:
            return
        hooks = self._session.scalars(
            select(Webhook).where(
                Webhook.vendor_id == notice.vendor_id, Webhook.stopped_at.is_(None)
            )
        ).all()
        for hook in hooks:
            if self._topic in of_text(hook.topics):
                body = payload(notice, hook.vendor.slug, self._tools.settings.public_url)
                send(self._session, hook, notice.action, body, now=self._tools.now())


TELLING = Task("notices.tell", tell)
FOLLOWING = Routine("notices.follow", follow, timedelta(0))


KEPT_FOR = timedelta(days=90)


def forget(tools: Tools) -> None:
    """Remove notices and deliveries that are older than that."""
    last = tools.now() - KEPT_FOR
    with tools.database.session() as session, session.begin():
        session.execute(delete(Delivery).where(Delivery.made_at < last))
        session.execute(delete(Notice).where(Notice.at < last))


FORGETTING = Routine("notices.forget", forget, timedelta(hours=6))
