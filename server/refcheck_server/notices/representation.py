"""Notices, webhooks and deliveries as programs get them."""

from __future__ import annotations

import json
from typing import Any

from refcheck_server.moments import spelled
from refcheck_server.notices.models import Delivery, Notice, Webhook


def payload(notice: Notice, vendor: str, address: str | None) -> str:
    """What a webhook gets, in the shape of Standard Webhooks: type, time and data."""
    told = {"vendor": vendor, **_notice(notice)}
    told["url"] = f"{address or ''}{notice.path}"
    body = {"type": notice.action, "timestamp": spelled(notice.at), "data": told}
    return json.dumps(body, ensure_ascii=False)


def notice(one: Notice) -> dict[str, Any]:
    """What a vendor was told."""
    told = {"type": one.action, "timestamp": spelled(one.at), **_notice(one)}
    return {**told, "path": one.path}


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "event": notice.number,
        "topic": notice.topic,
        "title": notice.title,
        "text": notice.text,
        "facts": json.loads(notice.facts),
    }


def webhook(hook: Webhook) -> dict[str, Any]:
    """A webhook without its secret."""
    return {
        "id": hook.id,
        "url": hook.url,
        "topics": hook.topics.split(),
        "made": spelled(hook.made_at),
        "failing_since": spelled(hook.failing_since),
        "stopped": spelled(hook.stopped_at),
    }


def with_secret(hook: Webhook) -> dict[str, Any]:
    """A webhook at one of the moments when its secret is shown."""
    return {**webhook(hook), "secret": hook.secret}


def delivery(made: Delivery) -> dict[str, Any]:
    """One message, and what became of it."""
    return {
        "id": made.id,
        "message": made.message,
        "type": made.action,
        "made": spelled(made.made_at),
        "state": made.state,
        "attempts": made.attempts,
        "status": made.status,
        "fault": made.fault,
        "last": spelled(made.last_at),
    }
