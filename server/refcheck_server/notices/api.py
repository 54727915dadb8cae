"""What a vendor is told, for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import JSON, Operation, describe
from refcheck_server.fields import sent_fields
from refcheck_server.notices import deliveries, queries, representation, webhooks
from refcheck_server.notices.arguments import own_webhook
from refcheck_server.numbered_pages import page_number
from refcheck_server.vendors.arguments import own_vendor

notices_api = Blueprint("notices_api", __name__, url_prefix="/api/v1/vendors/<word:vendor>")
_WEBHOOK = "/webhooks/<number:webhook_id>"


@notices_api.get("/notices")
@needs(Action.SEE_PRIVATE_VENDOR)
@describe(Operation(query=("page",), token=True))
def listed(vendor: str) -> dict[str, Any]:
    """What a vendor was told in the last 90 days, the newest first."""
    found = own_vendor(vendor, Action.SEE_PRIVATE_VENDOR)
    page = queries.list_notices(current_session(), found, page_number(request.args))
    return representation.notice_list(page)


@notices_api.get("/webhooks")
@needs(Action.MANAGE_WEBHOOKS)
@describe(Operation(token=True))
def webhooks_of(vendor: str) -> dict[str, Any]:
    """The webhooks of a vendor, without their secrets."""
    found = own_vendor(vendor, Action.MANAGE_WEBHOOKS)
    hooks = webhooks.webhooks_of(current_session(), found)
    return {"webhooks": [representation.webhook(one) for one in hooks]}


@notices_api.post("/webhooks")
@needs(Action.MANAGE_WEBHOOKS)
@describe(Operation(status=201, token=True, body=(JSON, {"type": "object"}), refusals=(409,)))
def add(vendor: str) -> tuple[dict[str, Any], int]:
    """A new webhook for `topics` at `url`, with its secret, which is told this once."""
    session, found = current_session(), own_vendor(vendor, Action.MANAGE_WEBHOOKS)
    allowed = context().settings.webhooks
    made = webhooks.add(session, found, sent_fields(), allowed, now=context().now())
    session.commit()
    return representation.with_secret(made), 201


@notices_api.delete(_WEBHOOK)
@needs(Action.MANAGE_WEBHOOKS)
@describe(Operation(token=True))
def remove(vendor: str, webhook_id: int) -> dict[str, Any]:
    """Send nothing more there."""
    session, found = current_session(), own_webhook(vendor, webhook_id)
    told = representation.webhook(found)
    webhooks.remove(session, found, now=context().now())
    session.commit()
    return told


@notices_api.post(f"{_WEBHOOK}/secret")
@needs(Action.MANAGE_WEBHOOKS)
@describe(Operation(token=True))
def renew_secret(vendor: str, webhook_id: int) -> dict[str, Any]:
    """Another secret, which is told this once; the old one signs too for a day."""
    session, found = current_session(), own_webhook(vendor, webhook_id)
    webhooks.renew_secret(session, found, now=context().now())
    session.commit()
    return representation.with_secret(found)


@notices_api.post(f"{_WEBHOOK}/try")
@needs(Action.MANAGE_WEBHOOKS)
@describe(Operation(token=True))
def try_out(vendor: str, webhook_id: int) -> dict[str, Any]:
    """Send a message that says nothing."""
    session, found = current_session(), own_webhook(vendor, webhook_id)
    made = webhooks.try_out(session, found, now=context().now())
    session.commit()
    return representation.delivery(made)


@notices_api.post(f"{_WEBHOOK}/start")
@needs(Action.MANAGE_WEBHOOKS)
@describe(Operation(token=True))
def start(vendor: str, webhook_id: int) -> dict[str, Any]:
    """Send messages again to a webhook that was stopped."""
    session, found = current_session(), own_webhook(vendor, webhook_id)
    webhooks.start(session, found, now=context().now())
    session.commit()
    return representation.webhook(found)


@notices_api.get(f"{_WEBHOOK}/deliveries")
@needs(Action.MANAGE_WEBHOOKS)
@describe(Operation(query=("page",), token=True))
def deliveries_of(vendor: str, webhook_id: int) -> dict[str, Any]:
    """What was sent to a webhook in the last 90 days, the newest first."""
    found = own_webhook(vendor, webhook_id)
    page = deliveries.list_deliveries(current_session(), found, page_number(request.args))
    return representation.delivery_list(page)


@notices_api.post(f"{_WEBHOOK}/deliveries/<number:delivery_id>/repeat")
@needs(Action.MANAGE_WEBHOOKS)
@describe(Operation(token=True))
def repeat(vendor: str, webhook_id: int, delivery_id: int) -> dict[str, Any]:
    """Send a message once more, with the same id."""
    session, found = current_session(), own_webhook(vendor, webhook_id)
    made = deliveries.find_delivery(session, found, delivery_id)
    webhooks.repeat(session, found, made, now=context().now())
    session.commit()
    return representation.delivery(made)
