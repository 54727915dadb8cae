"""What a vendor is told, on the pages: its notices, its feed, and its webhooks."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action, may
from refcheck_server.context import context, public_url
from refcheck_server.database import current_session
from refcheck_server.notices import feeds, queries
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
from refcheck_server.notices.models import Webhook
from refcheck_server.notices.topics import Topic
from refcheck_server.settings import Webhooks
from refcheck_server.vendors.arguments import own_vendor
from refcheck_server.vendors.models import Vendor

notices = Blueprint("notices", __name__)
_WEBHOOK = "/vendors/<word:vendor>/webhooks/<number:webhook_id>"
_IN_A_FEED = 100


@notices.get("/vendors/<word:vendor>/notices")
@needs(Action.SEE_PRIVATE_VENDOR)
def listed(vendor: str) -> str:
    """What a vendor was told, and how it is told."""
    return page(own_vendor(vendor, Action.SEE_PRIVATE_VENDOR))


NOTICES.offer_csv(
    notices, "/vendors/<word:vendor>/notices", Action.SEE_PRIVATE_VENDOR, listed_notices
)
WEBHOOKS.offer_csv(
    notices, "/vendors/<word:vendor>/webhooks", Action.MANAGE_WEBHOOKS, listed_webhooks
)
DELIVERIES.offer_csv(notices, f"{_WEBHOOK}/deliveries", Action.MANAGE_WEBHOOKS, listed_deliveries)


@notices.get("/vendors/<word:vendor>/notices.atom")
@needs(Action.BROWSE)
def feed(vendor: str) -> Response:
    """The feed of a vendor, for whoever has its address; the secret is behind a `?`."""
    session = current_session()
    found = feeds.find_feed(session, vendor, request.args.get("secret", ""))
    newest = queries.newest_notices(session, found.vendor_id, _IN_A_FEED)
    body = feeds.atom(found, newest, registry=public_url("pages.front").rstrip("/"))
    headers = {"Cache-Control": "private, max-age=300"}
    return Response(body, content_type="application/atom+xml; charset=utf-8", headers=headers)


@notices.post("/vendors/<word:vendor>/feed")
@needs(Action.MANAGE_WEBHOOKS)
def make_feed(vendor: str) -> str:
    """A new address for the feed, which is shown this once."""
    session, found = current_session(), own_vendor(vendor, Action.MANAGE_WEBHOOKS)
    secret = feeds.make(session, found, now=context().now())
    session.commit()
    return page(found, link=public_url("notices.feed", vendor=vendor, secret=secret))


@notices.post("/vendors/<word:vendor>/feed/remove")
@needs(Action.MANAGE_WEBHOOKS)
def remove_feed(vendor: str) -> Answer:
    """Let the feed's address lead nowhere."""
    session, found = current_session(), own_vendor(vendor, Action.MANAGE_WEBHOOKS)
    feeds.remove(session, found, now=context().now())
    session.commit()
    return redirect(url_for("notices.listed", vendor=vendor), 303)


@notices.get(_WEBHOOK)
@needs(Action.MANAGE_WEBHOOKS)
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
        takes_webhooks=context().settings.webhooks is not Webhooks.NOWHERE,
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
