"""The webhook that an address names."""

from __future__ import annotations

from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.notices.models import Webhook
from refcheck_server.notices.webhooks import find_webhook
from refcheck_server.vendors.arguments import own_vendor


def own_webhook(vendor: str, webhook_id: int) -> Webhook:
    """A webhook of a vendor of one's own."""
    found = own_vendor(vendor, Action.MANAGE_WEBHOOKS)
    return find_webhook(current_session(), found, webhook_id)
