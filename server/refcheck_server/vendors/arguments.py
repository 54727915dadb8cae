"""The lists of vendors and of their members, and the vendor that an address names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func

from refcheck_server.accounts.guarding import current_principal, require
from refcheck_server.accounts.models import NAME_LENGTH, Account, Membership
from refcheck_server.accounts.rights import Action, may
from refcheck_server.database import current_session
from refcheck_server.lists import Filter, Listed, Listing, Sort, has_words
from refcheck_server.vendors import representation
from refcheck_server.vendors.membership import Place, members_of
from refcheck_server.vendors.models import Vendor, VendorState
from refcheck_server.vendors.queries import find_vendor, visible_vendors

VENDORS = Listing(
    "vendors",
    page="vendors.listed",
    csv="vendors.listed_as_csv",
    json="vendors_api.listed",
    id=Vendor.id,
    sorts={
        "name": Sort(func.lower(Vendor.name)),
        "registered": Sort(Vendor.registered_at, descending=True),
    },
    filters={
        "q": Filter(
            "Words", "In the name or the description.",
            lambda words: has_words(words, Vendor.name, Vendor.description),
        ),
        "state": Filter(
            "State", "What the registry said of it.",
            lambda state: Vendor.state == state, VendorState,
        ),
    },
    row=representation.row,
    columns=("slug", "name", "website", "state", "registered"),
)  # fmt: skip
MEMBERS = Listing(
    "members",
    page="vendors.vendor",
    csv="vendors.members_as_csv",
    json="vendors_api.members",
    id=Account.id,
    sorts={"account": Sort(Account.name), "since": Sort(Membership.since, descending=True)},
    filters={
        "q": Filter(
            "Account", "In its name.", lambda words: has_words(words, Account.name),
            longest=NAME_LENGTH,
        ),
        "place": Filter(
            "Place", "What it is in the vendor.",
            lambda place: Membership.role == Place(place).role, Place,
        ),
    },
    row=representation.member,
    columns=("account", "place", "since"),
    anchor="members",
)  # fmt: skip


def listed_vendors(**how: Any) -> Listed[Vendor]:
    """Vendors that whoever asks may see."""
    return VENDORS.read(visible_vendors(current_principal()), **how)


def listed_members(vendor: str, **how: Any) -> Listed[Membership]:
    """Who belongs to a vendor."""
    return members_page(own_vendor(vendor, Action.SEE_PRIVATE_VENDOR), **how)


def members_page(found: Vendor, **how: Any) -> Listed[Membership]:
    """The same of one that was found."""
    return MEMBERS.read(members_of(found), here={"vendor": found.slug}, **how)


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
