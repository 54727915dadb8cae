"""The job that sends one message to a webhook, and notes what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from refcheck import __version__
from refcheck_server.accounts.models import WORDS
from refcheck_server.audit.log import record
from refcheck_server.jobs.errors import JobFailed
from refcheck_server.jobs.tasks import PAUSES, Task, Tools
from refcheck_server.moments import spelled
from refcheck_server.notices import reaching
from refcheck_server.notices.models import Delivery, DeliveryState, Webhook
from refcheck_server.notices.signatures import signed
from refcheck_server.notices.webhooks import TASK
from refcheck_server.settings import Webhooks

STOPS_AFTER = timedelta(days=5)
"""Nothing is sent any more to what took no message for so long."""


def post(tools: Tools, arguments: Mapping[str, Any]) -> None:
    """Send one message; in vain is told to the vendor, not to the operator.

    Raises:
        JobFailed: it was not taken, and is sent again.
    """
    with tools.database.session() as session:
        made = _delivery(session, arguments["delivery"])
    if made is None:
        return
    status, fault = _tried(tools, made)
    last = arguments["attempt"] > len(PAUSES)
    with tools.database.session() as session, session.begin():
        kept = _delivery(session, made.id)
        if kept is None:
            return
        going_on = _note(session, tools, kept, status, fault, last=last)
    if going_on:
        raise JobFailed(f"the webhook {fault}", next_step="Look at its deliveries.")


def _delivery(session: Session, delivery_id: int) -> Delivery | None:
    """A message that is to be sent, with its webhook; None when it is not any more."""
    return session.scalar(
        select(Delivery)
        .join(Delivery.webhook)
        .where(
            Delivery.id == delivery_id,
            Delivery.state == DeliveryState.WAITING,
            Webhook.stopped_at.is_(None),
        )
        .options(joinedload(Delivery.webhook).joinedload(Webhook.vendor))
    )


def _tried(tools: Tools, made: Delivery) -> tuple[int | None, str | None]:
    """The status of the answer, and what was wrong."""
    if tools.settings.webhooks is Webhooks.NOWHERE:
        return None, "is not asked: there are no webhooks"
    hook, now, body = made.webhook, tools.now(), made.payload.encode()
    keys = [hook.secret]
    if hook.old_secret is not None and hook.old_until is not None and now < hook.old_until:
        keys.append(hook.old_secret)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"refcheck-registry/{__version__}",
        **signed(body, made.message, keys, now=now),
    }
    anywhere = tools.settings.webhooks is Webhooks.ANYWHERE
    try:
        status = reaching.post(hook.url, body, headers, anywhere=anywhere)
    except reaching.Unreachable as error:
        return None, error.fault
    good = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    return status, None if good else f"answered {status}"


def _note(
    session: Session,
    tools: Tools,
    made: Delivery,
    status: int | None,
    fault: str | None,
    *,
    last: bool,
) -> bool:
    """Keep what came of an attempt; whether there is to be another one."""
    now, hook = tools.now(), made.webhook
    made.attempts += 1
    made.status, made.last_at = status, now
    made.fault = fault[:WORDS] if fault is not None else None
    if fault is None:
        made.state, hook.failing_since = DeliveryState.DELIVERED, None
        return False
    hook.failing_since = hook.failing_since or now
    gone = status == HTTPStatus.GONE
    if gone or now - hook.failing_since >= STOPS_AFTER:
        _stop(session, hook, tools)
    if last or hook.stopped_at is not None:
        made.state = DeliveryState.FAILED
        return False
    return True


def _stop(session: Session, hook: Webhook, tools: Tools) -> None:
    now = hook.stopped_at = tools.now()
    detail = {
        "webhook": hook.id,
        "host": urlsplit(hook.url).hostname,
        "since": spelled(hook.failing_since),
    }
    waiting = (Delivery.webhook_id == hook.id, Delivery.state == DeliveryState.WAITING)
    session.execute(update(Delivery).where(*waiting).values(state=DeliveryState.FAILED))
    record(session, "webhook.stopped", f"vendor:{hook.vendor.slug}", detail, at=now)


POSTING = Task(TASK, post)
