"""Vendors as the interface of programs gives them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from refcheck_server.accounts.models import Membership
from refcheck_server.context import public_url
from refcheck_server.moments import spelled
from refcheck_server.vendors.membership import place_of
from refcheck_server.vendors.models import Vendor


def row(vendor: Vendor) -> dict[str, Any]:
    """What everyone may know of a vendor."""
    return {
        "slug": vendor.slug,
        "name": vendor.name,
        "website": vendor.website,
        "description": vendor.description,
        "state": vendor.state,
        "registered": spelled(vendor.registered_at),
        "url": public_url("vendors.vendor", vendor=vendor.slug),
        "api_url": public_url("vendors_api.vendor", vendor=vendor.slug),
    }


def private(vendor: Vendor, members: Iterable[Membership]) -> dict[str, Any]:
    """What only its members and the registry may know."""
    return {
        "contact": vendor.contact,
        "reason": vendor.reason,
        "revision": vendor.revision,
        "members": [member(one) for one in members],
    }


def member(one: Membership) -> dict[str, Any]:
    """What an account is in a vendor."""
    return {
        "account": one.account.name,
        "place": place_of(one.role),
        "since": spelled(one.since),
    }
