"""Reading what a vendor is told, for programs."""

from __future__ import annotations

from flask import Blueprint

from refcheck_server.accounts.rights import Action
from refcheck_server.notices.arguments import (
    DELIVERIES,
    NOTICES,
    WEBHOOKS,
    listed_deliveries,
    listed_notices,
    listed_webhooks,
)

notices_api = Blueprint("notices_api", __name__, url_prefix="/api/v1")
_VENDOR = "/vendors/<word:vendor>"
NOTICES.offer_json(
    notices_api, f"{_VENDOR}/notices", Action.SEE_PRIVATE_VENDOR, listed_notices, token=True
)
DELIVERIES.offer_json(
    notices_api, f"{_VENDOR}/webhooks/<number:webhook_id>/deliveries", Action.MANAGE_WEBHOOKS,
    listed_deliveries, token=True,
)  # fmt: skip
WEBHOOKS.offer_json(
    notices_api, f"{_VENDOR}/webhooks", Action.MANAGE_WEBHOOKS, listed_webhooks, token=True
)
