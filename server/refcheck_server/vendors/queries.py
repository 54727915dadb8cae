"""Reading vendors, as far as whoever asks may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from refcheck_server.accounts.rights import Action, Principal, may
from refcheck_server.numbered_pages import NumberedPage, numbered
from refcheck_server.vendors.errors import NoSuchVendor
from refcheck_server.vendors.models import Vendor, VendorState

MOST_ROWS = 10_000
"""Of a table that is downloaded whole."""


@dataclass(frozen=True, slots=True)
class VendorFilter:
    """Which vendors to list; an empty value takes all.

    Attributes:
        words: to be found in the name or the description.
        state: only those of which the registry said this.
    """

    words: str = ""
    state: VendorState | None = None


def list_vendors(
    session: Session, wanted: VendorFilter, page: int, principal: Principal
) -> NumberedPage[Vendor]:
    """Vendors by name. Two statements."""
    return numbered(session, _matching(wanted, principal), page)


def all_vendors(session: Session, wanted: VendorFilter, principal: Principal) -> Sequence[Vendor]:
    """All that match, at most `MOST_ROWS`."""
    return session.scalars(_matching(wanted, principal).limit(MOST_ROWS)).all()


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


def _matching(wanted: VendorFilter, principal: Principal) -> Select[Vendor]:
    found = select(Vendor).where(visible_to(principal))
    if wanted.words:
        found = found.where(has_words(wanted.words, Vendor.name, Vendor.description))
    if wanted.state is not None:
        found = found.where(Vendor.state == wanted.state)
    return found.order_by(func.lower(Vendor.name), Vendor.id)


def has_words(words: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether these words are in one of the columns, whatever the capitals."""
    return or_(*(func.lower(one).contains(words.lower(), autoescape=True) for one in columns))
