"""What a list of vendors is asked for, and the vendor that an address names."""

from __future__ import annotations

from flask import request

from refcheck_server.accounts.guarding import current_principal, require
from refcheck_server.accounts.rights import Action, may
from refcheck_server.database import current_session
from refcheck_server.fields import Fields
from refcheck_server.numbered_pages import NumberedPage, page_number
from refcheck_server.vendors.models import Vendor, VendorState
from refcheck_server.vendors.queries import VendorFilter, find_vendor, list_vendors

LONGEST_SEARCH = 100


def vendor_filter() -> VendorFilter:
    """Which vendors this request is for.

    Raises:
        BadField: there is no such state, or the search is too long.
    """
    fields = Fields(request.args)
    state = fields.choice("state", VendorState) if request.args.get("state") else None
    return VendorFilter(fields.text("q", LONGEST_SEARCH), state)


def listed_vendors() -> NumberedPage[Vendor]:
    """The page of vendors that this request is for."""
    number, who = page_number(request.args), current_principal()
    return list_vendors(current_session(), vendor_filter(), number, who)


def visible_vendor(slug: str) -> Vendor:
    """The vendor of that name, if whoever asks may see it.

    Raises:
        NoSuchVendor: there is none.
        NotAllowed: it is not approved, and not theirs.
    """
    found = find_vendor(current_session(), slug)
    if found.state != VendorState.APPROVED:
        require(Action.SEE_PRIVATE_VENDOR, found.id)
    return found


def sees_all_of(vendor: Vendor) -> bool:
    """Whether whoever asks may see members and contact of a vendor."""
    return may(current_principal(), Action.SEE_PRIVATE_VENDOR, vendor.id)


def own_vendor(vendor: str, action: Action) -> Vendor:
    """The vendor of that name, if whoever asks may do this to it.

    Raises:
        NoSuchVendor: there is none.
        NotAllowed: they may not.
    """
    found = find_vendor(current_session(), vendor)
    require(action, found.id)
    return found
