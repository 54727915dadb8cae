"""Reading what a vendor is told, for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.notices import deliveries, queries, representation, webhooks
from refcheck_server.notices.arguments import own_webhook
from refcheck_server.numbered_pages import page_number
from refcheck_server.vendors.arguments import own_vendor

notices_api = Blueprint("notices_api", __name__, url_prefix="/api/v1")
_VENDOR = "/vendors/<word:vendor>"


@notices_api.get(f"{_VENDOR}/notices")
@needs(Action.SEE_PRIVATE_VENDOR)
@describe(Operation(query=("page",), token=True))
def listed(vendor: str) -> dict[str, Any]:
    """What a vendor was told in the last 90 days, the newest first."""
    found = own_vendor(vendor, Action.SEE_PRIVATE_VENDOR)
    page = queries.list_notices(current_session(), found, page_number(request.args))
    return page.told("notices", representation.notice)


@notices_api.get(f"{_VENDOR}/webhooks")
@needs(Action.MANAGE_WEBHOOKS)
@describe(Operation(token=True))
def webhooks_of(vendor: str) -> dict[str, Any]:
    """The webhooks of a vendor, without their secrets."""
    found = own_vendor(vendor, Action.MANAGE_WEBHOOKS)
    hooks = webhooks.webhooks_of(current_session(), found)
    return {"webhooks": [representation.webhook(one) for one in hooks]}


@notices_api.get(f"{_VENDOR}/webhooks/<number:webhook_id>/deliveries")
@needs(Action.MANAGE_WEBHOOKS)
@describe(Operation(query=("page",), token=True))
def deliveries_of(vendor: str, webhook_id: int) -> dict[str, Any]:
    """What was sent to a webhook in the last 90 days, the newest first."""
    found = own_webhook(vendor, webhook_id, Action.MANAGE_WEBHOOKS)
    page = deliveries.list_deliveries(current_session(), found, page_number(request.args))
    return page.told("deliveries", representation.delivery)
