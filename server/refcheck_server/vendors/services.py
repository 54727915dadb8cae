"""Registering and changing a vendor, and deciding on it."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from refcheck_server import editing
from refcheck_server.accounts.models import WORDS, Membership
from refcheck_server.accounts.rights import Role
from refcheck_server.audit.log import record
from refcheck_server.fields import BadField, Fields
from refcheck_server.vendors.errors import AlreadyDecided
from refcheck_server.vendors.models import DESCRIPTION, Vendor, VendorState


def register(session: Session, fields: Fields, account_id: int, *, now: datetime) -> Vendor:
    """A new vendor, which waits for approval; whoever registers it administers it.

    Raises:
        BadField: a field has a value that it cannot have.
        NameTaken: another vendor is called so.
    """
    described = _described(fields)
    _refuse_alike(session, described["name"], but=None)
    vendor = Vendor(slug=fields.slug("slug", described["name"]), registered_at=now, **described)
    editing.add(session, vendor)
    session.add(
        Membership(
            vendor_id=vendor.id, account_id=account_id, role=Role.VENDOR_ADMINISTRATOR, since=now
        )
    )
    session.flush()
    record(session, "vendor.registered", f"vendor:{vendor.slug}", {}, at=now)
    return vendor


def edit(session: Session, vendor: Vendor, fields: Fields, *, now: datetime) -> None:
    """Change what a vendor says of itself; one that was declined waits for approval again.

    Raises:
        BadField: a field has a value that it cannot have.
        EditConflict: somebody changed it meanwhile.
        NameTaken: another vendor is called so.
    """
    described = _described(fields)
    _refuse_alike(session, described["name"], but=vendor.id)
    if vendor.state == VendorState.DECLINED:
        described["state"] = VendorState.PENDING
    changed = editing.change(session, vendor, fields.revision(), **described)
    if changed:
        detail = {"fields": changed}
        record(session, "vendor.changed", f"vendor:{vendor.slug}", detail, at=now)


def decide(
    session: Session, vendor: Vendor, fields: Fields, account_id: int, *, now: datetime
) -> None:
    """Approve or decline a vendor; declining one that was approved hides it again.

    Raises:
        BadField: there is no such decision, or no reason to decline.
        AlreadyDecided: it is that already.
        EditConflict: somebody changed the vendor since it was looked at.
    """
    state = fields.choice("state", VendorState)
    if state is VendorState.PENDING:
        raise BadField("is no decision", where="state", next_step="Approve or decline it.")
    declines = state is VendorState.DECLINED
    reason = fields.text("reason", WORDS, required=declines)
    if vendor.state == state:
        raise AlreadyDecided(f"the vendor is {state} already", next_step="Look at its page.")
    editing.change(
        session,
        vendor,
        fields.revision(),
        state=state,
        reason=reason if declines else "",
        decided_at=now,
        decided_by_id=account_id or None,
    )
    record(session, f"vendor.{state}", f"vendor:{vendor.slug}", {}, at=now)


def _refuse_alike(session: Session, name: str, *, but: int | None) -> None:
    """See that no other vendor has a name that differs by its capitals alone, or by their width."""
    alike = func.lower(Vendor.name) == unicodedata.normalize("NFKC", name).lower()
    others = select(Vendor.id).where(alike, Vendor.id != (but or 0))
    if session.scalar(others.limit(1)) is not None:
        raise editing.name_taken()


def _described(fields: Fields) -> dict[str, str]:
    return {
        "name": fields.title("name", WORDS),
        "website": fields.address("website"),
        "contact": fields.text("contact", WORDS, required=True),
        "description": fields.text("description", DESCRIPTION, lines=True),
    }
