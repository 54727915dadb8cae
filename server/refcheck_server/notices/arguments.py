"""The lists of a vendor's notices and of what a webhook was sent, and the webhook of an address."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func

from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.lists import Filter, Listed, Listing, Sort, has_words
from refcheck_server.notices import representation
from refcheck_server.notices.models import Delivery, DeliveryState, Notice, Webhook
from refcheck_server.notices.queries import deliveries_to, notices_of, webhooks_of
from refcheck_server.notices.topics import Topic
from refcheck_server.notices.webhooks import find_webhook
from refcheck_server.vendors.arguments import own_vendor
from refcheck_server.vendors.models import Vendor

_NOTICES_AND_WEBHOOKS = ("notices", "webhooks")
NOTICES = Listing(
    "notices",
    page="notices.listed",
    csv="notices.listed_as_csv",
    json="notices_api.listed",
    id=Notice.id,
    sorts={"event": Sort(Notice.id, descending=True)},
    filters={
        "topic": Filter("About", "Its topic.", lambda topic: Notice.topic == topic, Topic),
    },
    row=representation.notice,
    columns=("event", "timestamp", "type", "topic", "title", "text"),
    among=_NOTICES_AND_WEBHOOKS,
)
WEBHOOKS = Listing(
    "webhooks",
    page="notices.listed",
    csv="notices.webhooks_as_csv",
    json="notices_api.webhooks_of",
    id=Webhook.id,
    sorts={"made": Sort(Webhook.id), "address": Sort(func.lower(Webhook.url))},
    filters={
        "q": Filter("Address", "In the address.", lambda words: has_words(words, Webhook.url)),
        "about": Filter(
            "About", "A topic that it is told of.",
            lambda topic: (" " + Webhook.topics + " ").contains(f" {topic} "), Topic,
        ),
    },
    row=representation.webhook,
    columns=("id", "url", "topics", "made", "failing_since", "stopped"),
    anchor="webhooks",
    among=_NOTICES_AND_WEBHOOKS,
)  # fmt: skip
DELIVERIES = Listing(
    "deliveries",
    page="notices.webhook",
    csv="notices.deliveries_as_csv",
    json="notices_api.deliveries_of",
    id=Delivery.id,
    sorts={"made": Sort(Delivery.id, descending=True)},
    filters={
        "state": Filter(
            "State", "What became of it.", lambda state: Delivery.state == state, DeliveryState
        ),
    },
    row=representation.delivery,
    columns=("id", "message", "type", "made", "state", "attempts", "status", "fault", "last"),
    anchor="deliveries",
)


def listed_notices(vendor: str, **how: Any) -> Listed[Notice]:
    """What a vendor was told in the last 90 days."""
    return notices_page(own_vendor(vendor, Action.SEE_PRIVATE_VENDOR), **how)


def notices_page(found: Vendor, **how: Any) -> Listed[Notice]:
    """The same of one that was found."""
    return NOTICES.read(notices_of(found.id), here={"vendor": found.slug}, **how)


def listed_webhooks(vendor: str, **how: Any) -> Listed[Webhook]:
    """The webhooks of a vendor, without their secrets."""
    return webhooks_page(own_vendor(vendor, Action.MANAGE_WEBHOOKS), **how)


def webhooks_page(found: Vendor, **how: Any) -> Listed[Webhook]:
    """The same of one that was found."""
    return WEBHOOKS.read(webhooks_of(found.id), here={"vendor": found.slug}, **how)


def listed_deliveries(vendor: str, webhook_id: int, **how: Any) -> Listed[Delivery]:
    """What was sent to a webhook in the last 90 days."""
    return deliveries_page(own_webhook(vendor, webhook_id, Action.MANAGE_WEBHOOKS), **how)


def deliveries_page(hook: Webhook, **how: Any) -> Listed[Delivery]:
    """The same of one that was found."""
    here = {"vendor": hook.vendor.slug, "webhook_id": hook.id}
    return DELIVERIES.read(deliveries_to(hook), here=here, **how)


def own_webhook(vendor: str, webhook_id: int, action: Action) -> Webhook:
    """A webhook of a vendor, if whoever asks may do this to what that has."""
    found = own_vendor(vendor, action)
    return find_webhook(current_session(), found, webhook_id)
