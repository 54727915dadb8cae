"""The Atom feed (RFC 4287) of marks: what was published, and what was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from refcheck.claim.statement import as_text
from refcheck_server.marketplace.models import IssuedClaim

MOST = 100
_ATOM = "http://www.w3.org/2005/Atom"
ET.register_namespace("", _ATOM)


def marks_feed(
    claims: Sequence[IssuedClaim], *, keyid: str, address: str | None, began: datetime
) -> bytes:
    """The feed.

    Args:
        claims: those that were issued anew or taken back.
        keyid: of the registry's key; names the feed.
        address: of the published tree, if it is known; without it links are relative.
        began: when nothing has happened, the feed was updated then.
    """
    news = sorted(
        (one for claim in claims for one in _news(claim)), key=lambda one: one[0], reverse=True
    )[:MOST]
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _text(feed, "id", f"urn:refcheck:marks:{keyid}")
    _text(feed, "title", "Marks published and revoked")
    _text(feed, "updated", as_text(news[0][0] if news else began))
    _text(ET.SubElement(feed, f"{{{_ATOM}}}author"), "name", "refcheck registry")
    base = "" if address is None else f"{address.rstrip('/')}/"
    if base:
        ET.SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=f"{base}marks.atom")
    for when, what, claim in news:
        entry = ET.SubElement(feed, f"{{{_ATOM}}}entry")
        _text(entry, "id", f"urn:refcheck:claim:{claim.sha256}:{what}")
        _text(entry, "title", f"{claim.name}: {claim.mark or 'no mark'}, {what}")
        _text(entry, "updated", as_text(when))
        page = f"{base}clouds/{claim.cloud.digest}/index.html"
        ET.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=page)
        said = claim.wording if what == "published" else f"Taken back: {claim.reason}."
        _text(entry, "summary", said)
    ET.indent(feed)
    body: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _news(claim: IssuedClaim) -> list[tuple[datetime, str, IssuedClaim]]:
    found = [] if claim.renewal else [(claim.issued_at, "published", claim)]
    if claim.revoked_at is not None:
        found.append((claim.revoked_at, "revoked", claim))
    return found


def _text(parent: ET.Element, name: str, text: str) -> None:
    if not text.isprintable():
        text = "".join(letter for letter in text if letter.isprintable())
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text
