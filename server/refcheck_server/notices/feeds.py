"""The private Atom feed (RFC 4287) of a vendor, at an address that only its members know."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from refcheck_server.accounts.models import digest_of
from refcheck_server.audit.log import record
from refcheck_server.moments import spelled
from refcheck_server.notices.errors import NoSuchFeed
from refcheck_server.notices.models import Feed, Notice
from refcheck_server.vendors.models import Vendor

_ATOM = "http://www.w3.org/2005/Atom"


def feed_of(session: Session, vendor: Vendor) -> Feed | None:
    """The feed of a vendor; None while nobody asked for one."""
    return session.get(Feed, vendor.id)


def make(session: Session, vendor: Vendor, *, now: datetime) -> str:
    """The secret of a new address, which takes the place of the one before; it is never kept."""
    secret = secrets.token_urlsafe(32)
    session.merge(Feed(vendor_id=vendor.id, sha256=digest_of(secret), made_at=now))
    session.flush()
    record(session, "feed.made", f"vendor:{vendor.slug}", {}, at=now)
    return secret


def remove(session: Session, vendor: Vendor, *, now: datetime) -> None:
    """Let the address lead nowhere."""
    found = feed_of(session, vendor)
    if found is not None:
        session.delete(found)
        session.flush()
        record(session, "feed.removed", f"vendor:{vendor.slug}", {}, at=now)


def find_feed(session: Session, slug: str, secret: str) -> Feed:
    """The feed at an address.

    Raises:
        NoSuchFeed: the address leads nowhere, or no longer.
    """
    found = session.scalar(
        select(Feed)
        .join(Feed.vendor)
        .where(Feed.sha256 == digest_of(secret), Vendor.slug == slug)
        .options(joinedload(Feed.vendor))
    )
    if found is None:
        raise NoSuchFeed(
            "there is no feed at this address", next_step="Ask an administrator of the vendor."
        )
    return found


def atom(feed: Feed, notices: Sequence[Notice], *, registry: str) -> bytes:
    """The feed as a document; `registry` is the address that links begin with."""
    ET.register_namespace("", _ATOM)
    name = f"urn:refcheck:vendor:{feed.vendor.slug}"
    root = ET.Element(f"{{{_ATOM}}}feed")
    _text(root, "id", f"{name}:notices")
    _text(root, "title", f"Notices of {feed.vendor.name}")
    _text(root, "updated", spelled(notices[0].at if notices else feed.made_at))
    _text(ET.SubElement(root, f"{{{_ATOM}}}author"), "name", "refcheck registry")
    for one in notices:
        entry = ET.SubElement(root, f"{{{_ATOM}}}entry")
        _text(entry, "id", f"{name}:{one.number}")
        _text(entry, "title", one.title)
        _text(entry, "updated", spelled(one.at))
        ET.SubElement(entry, f"{{{_ATOM}}}category", term=one.topic)
        ET.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=f"{registry}{one.path}")
        _text(entry, "summary", one.text)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _text(parent: ET.Element, name: str, text: str) -> None:
    """An element; letters that XML cannot hold were made spaces when the notice was worded."""
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text
