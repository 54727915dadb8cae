"""Reading vendors, as far as whoever asks may see them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session

from refcheck_server.accounts.rights import Action, Principal, may
from refcheck_server.vendors.errors import NoSuchVendor
from refcheck_server.vendors.models import Vendor, VendorState


def visible_vendors(principal: Principal) -> Select[Vendor]:
    """The vendors that someone may see."""
    return select(Vendor).where(visible_to(principal))


def vendors_of(session: Session, principal: Principal) -> Sequence[Vendor]:
    """The vendors that someone belongs to, by name."""
    return session.scalars(
        select(Vendor).where(Vendor.id.in_(principal.vendors)).order_by(func.lower(Vendor.name))
    ).all()


def find_vendor(session: Session, slug: str) -> Vendor:
    """The vendor of that name, whoever asks.

    Raises:
        NoSuchVendor: there is none.
    """
    found = session.scalar(select(Vendor).where(Vendor.slug == slug))
    if found is None:
        raise NoSuchVendor(f"there is no vendor {slug!r}", next_step="Look at the list of vendors.")
    return found


def is_visible() -> ColumnElement[bool]:
    """Whether everyone may see a vendor."""
    return Vendor.state == VendorState.APPROVED


def visible_to(principal: Principal) -> ColumnElement[bool]:
    """Whether someone may see a vendor: it is approved, their own, or they may see all."""
    if may(principal, Action.SEE_PRIVATE_VENDOR):
        return true()
    own = [one for one in principal.vendors if may(principal, Action.SEE_PRIVATE_VENDOR, one)]
    return or_(is_visible(), Vendor.id.in_(own)) if own else is_visible()
