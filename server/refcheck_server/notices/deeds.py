"""All that is done to webhooks, by forms of pages and by programs."""

from __future__ import annotations

from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import JSON
from refcheck_server.fields import Fields
from refcheck_server.notices import representation, webhooks
from refcheck_server.notices.arguments import own_webhook
from refcheck_server.notices.models import Delivery, Webhook
from refcheck_server.notices.vendor_views import (
    back,
    notices,
    notices_api,
    page,
    shown_once,
    to_webhook,
    webhook_page,
)
from refcheck_server.notices.webhooks import find_delivery
from refcheck_server.two_ways import TwoWays
from refcheck_server.vendors.arguments import own_vendor
from refcheck_server.vendors.models import Vendor

_NEW = (JSON, {"type": "object"})
_OF_VENDOR = "/vendors/<word:vendor>/webhooks"
_ONE = f"{_OF_VENDOR}/<number:webhook_id>"
on_vendor = TwoWays(
    notices, notices_api, _OF_VENDOR, own_vendor, page, shown_once, representation.with_secret
)
on_webhook = TwoWays(
    notices, notices_api, _ONE, own_webhook, webhook_page, to_webhook, representation.webhook
)


@on_vendor.offer("", Action.MANAGE_WEBHOOKS, body=_NEW, status=201)
def add(found: Vendor, fields: Fields) -> Webhook:
    """A new webhook for `topics` at `url`, with its secret, which is told this once."""
    allowed, now = context().settings.webhooks, context().now()
    return webhooks.add(current_session(), found, fields, allowed, now=now)


@on_webhook.offer("", Action.MANAGE_WEBHOOKS, method="DELETE", form="/remove", done=back)
def remove(found: Webhook, _: Fields) -> None:
    """Send nothing more there."""
    webhooks.remove(current_session(), found, now=context().now())


@on_webhook.offer(
    "/secret", Action.MANAGE_WEBHOOKS, done=shown_once, told=representation.with_secret
)
def renew_secret(found: Webhook, _: Fields) -> None:
    """Another secret, which is told this once; the old one signs too for a day."""
    webhooks.renew_secret(current_session(), found, now=context().now())


@on_webhook.offer("/start", Action.MANAGE_WEBHOOKS)
def start(found: Webhook, _: Fields) -> None:
    """Send messages again to a webhook that was stopped."""
    webhooks.start(current_session(), found, now=context().now())


@on_webhook.offer(
    "/try",
    Action.MANAGE_WEBHOOKS,
    done=lambda made: to_webhook(made.webhook),
    told=representation.delivery,
)
def try_out(found: Webhook, _: Fields) -> Delivery:
    """Send a message that says nothing."""
    return webhooks.try_out(current_session(), found, now=context().now())


@on_webhook.offer(
    "/deliveries/<number:delivery_id>/repeat",
    Action.MANAGE_WEBHOOKS,
    done=lambda made: to_webhook(made.webhook),
    told=representation.delivery,
)
def repeat(found: Webhook, _: Fields, delivery_id: int) -> Delivery:
    """Send a message once more, with the same id."""
    made = find_delivery(current_session(), found, delivery_id)
    webhooks.repeat(current_session(), found, made, now=context().now())
    return made
