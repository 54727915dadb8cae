"""The webhook that an address names."""

from __future__ import annotations

from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.notices.models import Webhook
from refcheck_server.notices.webhooks import find_webhook
from refcheck_server.vendors.arguments import own_vendor


def own_webhook(vendor: str, webhook_id: int, action: Action) -> Webhook:
    """A webhook of a vendor, if whoever asks may do this to what that has."""
    found = own_vendor(vendor, action)
    return find_webhook(current_session(), found, webhook_id)
