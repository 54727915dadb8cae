"""Messages to webhooks: kept before they are sent, with what became of them."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.jobs.queue import enqueue
from refcheck_server.notices.errors import NoSuchWebhook
from refcheck_server.notices.models import Delivery, DeliveryState, Webhook

TASK = "webhook.post"


def send(session: Session, hook: Webhook, action: str, body: str, *, now: datetime) -> Delivery:
    """Let a message go to a webhook after this transaction."""
    made = Delivery(
        webhook_id=hook.id,
        message=f"msg_{secrets.token_hex(16)}",
        action=action,
        payload=body,
        made_at=now,
        state=DeliveryState.WAITING,
        attempts=0,
    )
    session.add(made)
    session.flush()
    enqueue(session, TASK, {"delivery": made.id}, now=now)
    return made


def again(session: Session, made: Delivery, *, now: datetime) -> None:
    """Send a message once more, with the same id; one that waits is sent anyway."""
    if made.state != DeliveryState.WAITING:
        made.state = DeliveryState.WAITING
        enqueue(session, TASK, {"delivery": made.id}, now=now)


def find_delivery(session: Session, hook: Webhook, delivery_id: int) -> Delivery:
    """A message to a webhook.

    Raises:
        NoSuchWebhook: there is none with that number, or it was long ago.
    """
    found = session.scalar(
        select(Delivery).where(Delivery.id == delivery_id, Delivery.webhook_id == hook.id)
    )
    if found is None:
        raise NoSuchWebhook("there is no such delivery", next_step="Look at the list.")
    return found
