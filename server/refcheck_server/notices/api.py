"""Reading what a vendor is told, for programs."""

from __future__ import annotations

from typing import Any

from refcheck_server.accounts.guarding import Views
from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation
from refcheck_server.notices import representation, webhooks
from refcheck_server.notices.arguments import (
    DELIVERIES,
    NOTICES,
    listed_deliveries,
    listed_notices,
)
from refcheck_server.vendors.arguments import own_vendor

notices_api = Views("notices_api", __name__, url_prefix="/api/v1")
_VENDOR = "/vendors/<word:vendor>"
NOTICES.offer_json(
    notices_api, f"{_VENDOR}/notices", Action.SEE_PRIVATE_VENDOR, listed_notices, token=True
)
DELIVERIES.offer_json(
    notices_api, f"{_VENDOR}/webhooks/<number:webhook_id>/deliveries", Action.MANAGE_WEBHOOKS,
    listed_deliveries, token=True,
)  # fmt: skip


@notices_api.get(f"{_VENDOR}/webhooks", Action.MANAGE_WEBHOOKS, Operation(token=True))
def webhooks_of(vendor: str) -> dict[str, Any]:
    """The webhooks of a vendor, without their secrets."""
    found = own_vendor(vendor, Action.MANAGE_WEBHOOKS)
    hooks = webhooks.webhooks_of(current_session(), found)
    return {"webhooks": [representation.webhook(one) for one in hooks]}
