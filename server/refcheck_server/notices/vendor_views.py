"""What a vendor is told, on the pages: its notices and feed; and its webhooks, both ways."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import Views, current_principal
from refcheck_server.accounts.rights import Action, may
from refcheck_server.context import context, perform, public_url
from refcheck_server.database import current_session
from refcheck_server.description.operations import JSON
from refcheck_server.fields import Fields
from refcheck_server.notices import feeds, queries, representation, webhooks
from refcheck_server.notices.api import notices_api
from refcheck_server.notices.arguments import (
    DELIVERIES,
    NOTICES,
    WEBHOOKS,
    deliveries_page,
    listed_deliveries,
    listed_notices,
    listed_webhooks,
    notices_page,
    own_webhook,
    webhooks_page,
)
from refcheck_server.notices.models import Delivery, Topic, Webhook
from refcheck_server.notices.webhooks import find_delivery
from refcheck_server.two_ways import TwoWays
from refcheck_server.vendors.arguments import own_vendor
from refcheck_server.vendors.models import Vendor

notices = Views("notices", __name__)
_VENDOR = "/vendors/<word:vendor>"
_WEBHOOK = f"{_VENDOR}/webhooks/<number:webhook_id>"
_IN_A_FEED = 100


@notices.get(f"{_VENDOR}/notices", Action.SEE_PRIVATE_VENDOR)
def listed(vendor: str) -> str:
    """What a vendor was told, and how it is told."""
    return page(own_vendor(vendor, Action.SEE_PRIVATE_VENDOR))


NOTICES.offer_csv(notices, f"{_VENDOR}/notices", Action.SEE_PRIVATE_VENDOR, listed_notices)
WEBHOOKS.offer_csv(notices, f"{_VENDOR}/webhooks", Action.MANAGE_WEBHOOKS, listed_webhooks)
DELIVERIES.offer_csv(notices, f"{_WEBHOOK}/deliveries", Action.MANAGE_WEBHOOKS, listed_deliveries)


@notices.get(f"{_VENDOR}/notices.atom", Action.BROWSE)
def feed(vendor: str) -> Answer:
    """The feed of a vendor, for whoever has its address; the secret is behind a `?`."""
    session = current_session()
    found = feeds.find_feed(session, vendor, request.args.get("secret", ""))
    newest = queries.newest_notices(session, found.vendor_id, _IN_A_FEED)
    body = feeds.atom(found, newest, registry=public_url("pages.front").rstrip("/"))
    headers = {"Cache-Control": "private, max-age=300"}
    response = Response(body, content_type="application/atom+xml; charset=utf-8", headers=headers)
    response.add_etag()
    return response.make_conditional(request)  # readers ask often, and mostly nothing is new


@notices.post(f"{_VENDOR}/feed", Action.MANAGE_WEBHOOKS)
def make_feed(vendor: str) -> str:
    """A new address for the feed, which is shown this once."""
    found = own_vendor(vendor, Action.MANAGE_WEBHOOKS)
    secret = perform(feeds.make, found)
    return page(found, link=public_url("notices.feed", vendor=vendor, secret=secret))


@notices.post(f"{_VENDOR}/feed/remove", Action.MANAGE_WEBHOOKS)
def remove_feed(vendor: str) -> Answer:
    """Let the feed's address lead nowhere."""
    perform(feeds.remove, own_vendor(vendor, Action.MANAGE_WEBHOOKS))
    return redirect(url_for("notices.listed", vendor=vendor), 303)


@notices.get(_WEBHOOK, Action.MANAGE_WEBHOOKS)
def webhook(vendor: str, webhook_id: int) -> str:
    """One webhook, and what was sent to it."""
    return webhook_page(own_webhook(vendor, webhook_id, Action.MANAGE_WEBHOOKS))


def page(found: Vendor, fault: RefcheckError | None = None, **shown: object) -> str:
    """The page of all this, with what is shown once, or what stood in the way."""
    session = current_session()
    manages = may(current_principal(), Action.MANAGE_WEBHOOKS, found.id)
    return render_template(
        "notices.html",
        vendor=found,
        page=notices_page(found),
        feed=feeds.feed_of(session, found),
        webhooks=webhooks_page(found) if manages else None,
        topics=Topic,
        reach=context().settings.webhooks,
        fault=fault,
        values=None if fault is None else request.form,
        **shown,
    )


def webhook_page(hook: Webhook, fault: RefcheckError | None = None) -> str:
    """The page of a webhook, which tells what stood in the way of what was sent."""
    sent = deliveries_page(hook)
    return render_template("webhook.html", vendor=hook.vendor, hook=hook, page=sent, fault=fault)


def shown_once(hook: Webhook) -> str:
    """What a form that makes a secret leads to: the page that shows it."""
    return page(hook.vendor, made=hook)


def to_webhook(hook: Webhook) -> Answer:
    """What a form about a webhook leads to: its page."""
    return redirect(url_for("notices.webhook", vendor=hook.vendor.slug, webhook_id=hook.id), 303)


def back(hook: Webhook) -> Answer:
    """What a form that removes it leads to: the vendor's page of all this."""
    return redirect(url_for("notices.listed", vendor=hook.vendor.slug), 303)


_NEW = (JSON, {"type": "object"})
on_vendor = TwoWays(
    notices,
    notices_api,
    f"{_VENDOR}/webhooks",
    own_vendor,
    page,
    shown_once,
    representation.with_secret,
)
on_webhook = TwoWays(
    notices, notices_api, _WEBHOOK, own_webhook, webhook_page, to_webhook, representation.webhook
)


@on_vendor.offer("", Action.MANAGE_WEBHOOKS, body=_NEW, status=201)
def add(found: Vendor, fields: Fields) -> Webhook:
    """A new webhook for `topics` at `url`, with its secret, which is told this once."""
    return perform(webhooks.add, found, fields, context().settings.webhooks)


@on_webhook.offer("", Action.MANAGE_WEBHOOKS, method="DELETE", form="/remove", done=back)
def remove(found: Webhook, _: Fields) -> None:
    """Send nothing more there."""
    perform(webhooks.remove, found)


@on_webhook.offer(
    "/secret", Action.MANAGE_WEBHOOKS, done=shown_once, told=representation.with_secret
)
def renew_secret(found: Webhook, _: Fields) -> None:
    """Another secret, which is told this once; the old one signs too for a day."""
    perform(webhooks.renew_secret, found)


@on_webhook.offer("/start", Action.MANAGE_WEBHOOKS)
def start(found: Webhook, _: Fields) -> None:
    """Send messages again to a webhook that was stopped."""
    perform(webhooks.start, found)


@on_webhook.offer(
    "/try",
    Action.MANAGE_WEBHOOKS,
    done=lambda made: to_webhook(made.webhook),
    told=representation.delivery,
)
def try_out(found: Webhook, _: Fields) -> Delivery:
    """Send a message that says nothing."""
    return perform(webhooks.try_out, found)


@on_webhook.offer(
    "/deliveries/<number:delivery_id>/repeat",
    Action.MANAGE_WEBHOOKS,
    done=lambda made: to_webhook(made.webhook),
    told=representation.delivery,
)
def repeat(found: Webhook, _: Fields, delivery_id: int) -> Delivery:
    """Send a message once more, with the same id."""
    made = find_delivery(current_session(), found, delivery_id)
    perform(webhooks.repeat, found, made)
    return made
