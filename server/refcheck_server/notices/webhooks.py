"""Webhooks of a vendor: registering them, changing their secret, trying and removing them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from refcheck_server.audit.log import record
from refcheck_server.fields import BadField, Fields, path_of
from refcheck_server.moments import spelled
from refcheck_server.notices import reaching
from refcheck_server.notices.deliveries import again, send
from refcheck_server.notices.errors import NoSuchWebhook, NoWebhooks
from refcheck_server.notices.models import ADDRESS, Delivery, Webhook
from refcheck_server.notices.queries import webhooks_of
from refcheck_server.notices.signatures import new_secret
from refcheck_server.notices.topics import Topic, as_text
from refcheck_server.settings import Webhooks
from refcheck_server.vendors.models import Vendor

MOST = 10
OLD_SECRET_GOOD_FOR = timedelta(days=1)


def find_webhook(session: Session, vendor: Vendor, webhook_id: int) -> Webhook:
    """A webhook of a vendor.

    Raises:
        NoSuchWebhook: it has none with that number.
    """
    found = session.scalar(
        select(Webhook).where(Webhook.id == webhook_id, Webhook.vendor_id == vendor.id)
    )
    if found is None:
        raise NoSuchWebhook(
            f"{vendor.name} has no such webhook", next_step="Look at the vendor's notices."
        )
    return found


def add(
    session: Session, vendor: Vendor, fields: Fields, allowed: Webhooks, *, now: datetime
) -> Webhook:
    """A new webhook, with a secret that is shown once.

    Raises:
        BadField: no address that may be asked, or no topic.
        NoWebhooks: this registry has none, or the vendor has enough.
    """
    if allowed is Webhooks.NOWHERE:
        raise NoWebhooks("this registry has no webhooks", next_step="Use the feed or mail.")
    url = fields.text("url", ADDRESS, required=True)
    try:
        target = reaching.target_of(url, anywhere=allowed is Webhooks.ANYWHERE)
    except reaching.Unreachable as error:
        raise BadField(error.fault, where=path_of("url"), next_step=error.next_step) from None
    topics = fields.choices("topics", Topic)
    if len(session.scalars(webhooks_of(vendor.id)).all()) >= MOST:
        raise NoWebhooks(f"{vendor.name} has {MOST} webhooks", next_step="Remove one first.")
    made = Webhook(vendor=vendor, url=url, topics=as_text(topics), secret=new_secret(), made_at=now)
    session.add(made)
    session.flush()
    _tell(session, "webhook.added", made, now, host=target.host, topics=sorted(topics))
    return made


def renew_secret(session: Session, hook: Webhook, *, now: datetime) -> None:
    """Another secret; the old one signs too for a day, so that no message is refused."""
    hook.old_secret, hook.old_until = hook.secret, now + OLD_SECRET_GOOD_FOR
    hook.secret = new_secret()
    _tell(session, "webhook.secret_renewed", hook, now)


def try_out(session: Session, hook: Webhook, *, now: datetime) -> Delivery:
    """Send a message that says nothing, to see that it arrives."""
    body = {"type": "webhook.test", "timestamp": spelled(now), "data": {"vendor": hook.vendor.slug}}
    made = send(session, hook, "webhook.test", json.dumps(body), now=now)
    _tell(session, "webhook.tried", hook, now)
    return made


def repeat(session: Session, hook: Webhook, made: Delivery, *, now: datetime) -> None:
    """Send a message once more."""
    again(session, made, now=now)
    _tell(session, "webhook.repeated", hook, now, message=made.message)


def start(session: Session, hook: Webhook, *, now: datetime) -> None:
    """Send messages again to a webhook that was stopped."""
    if hook.stopped_at is not None:
        hook.stopped_at = hook.failing_since = None
        _tell(session, "webhook.started", hook, now)


def remove(session: Session, hook: Webhook, *, now: datetime) -> None:
    """Send nothing more there; what was sent is forgotten."""
    _tell(session, "webhook.removed", hook, now, host=urlsplit(hook.url).hostname)
    session.execute(delete(Delivery).where(Delivery.webhook_id == hook.id))
    session.delete(hook)
    session.flush()


def _tell(session: Session, action: str, hook: Webhook, now: datetime, **detail: object) -> None:
    """Let the audit log tell of a webhook; of its address only the host, the rest may be secret."""
    detail = {"webhook": hook.id, **detail}
    record(session, action, f"vendor:{hook.vendor.slug}", detail, at=now)
