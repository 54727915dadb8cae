"""Reading what a vendor was told, and what was sent to its webhooks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from refcheck_server.notices.models import Delivery, Notice, Webhook


def notices_of(vendor_id: int) -> Select[Notice]:
    """What a vendor was told."""
    return select(Notice).where(Notice.vendor_id == vendor_id)


def newest_notices(session: Session, vendor_id: int, most: int) -> Sequence[Notice]:
    """What a vendor was told of late, the newest first."""
    return session.scalars(notices_of(vendor_id).order_by(Notice.id.desc()).limit(most)).all()


def webhooks_of(vendor_id: int) -> Select[Webhook]:
    """The webhooks of a vendor."""
    return select(Webhook).where(Webhook.vendor_id == vendor_id)


def deliveries_to(hook: Webhook) -> Select[Delivery]:
    """What was sent to a webhook."""
    return select(Delivery).where(Delivery.webhook_id == hook.id)
