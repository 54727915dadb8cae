"""Vendors, as pages and for programs: the list, one vendor, and its form."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import Views, current_principal
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation
from refcheck_server.products import queries as products
from refcheck_server.two_ways import form_page
from refcheck_server.vendors import membership, queries, representation
from refcheck_server.vendors.arguments import (
    MEMBERS,
    VENDORS,
    listed_members,
    listed_vendors,
    members_page,
    own_vendor,
    sees_all_of,
    visible_vendor,
)
from refcheck_server.vendors.models import Vendor

vendors = Views("vendors", __name__)
vendors_api = Views("vendors_api", __name__, url_prefix="/api/v1")
_ONE = "/vendors/<word:vendor>"


@vendors.get("/vendors", Action.BROWSE)
def listed() -> str:
    """Vendors by name."""
    own = queries.vendors_of(current_session(), current_principal())
    return render_template("vendors.html", page=listed_vendors(), own=own)


VENDORS.offer_csv(vendors, "/vendors", Action.BROWSE, listed_vendors)
VENDORS.offer_json(vendors_api, "/vendors", Action.BROWSE, listed_vendors, token=False)
MEMBERS.offer_csv(vendors, f"{_ONE}/members", Action.SEE_PRIVATE_VENDOR, listed_members)
MEMBERS.offer_json(
    vendors_api, f"{_ONE}/members", Action.SEE_PRIVATE_VENDOR, listed_members, token=True
)


@vendors.get("/vendors/new", Action.REGISTER_VENDOR)
def new() -> str:
    """The form for a new vendor."""
    return form(None)


@vendors.get(_ONE, Action.BROWSE)
def vendor(vendor: str) -> str:
    """One vendor: its products, and for its members who they are."""
    return page(visible_vendor(vendor))


def page(found: Vendor, fault: RefcheckError | None = None, link: str | None = None) -> str:
    """The page of a vendor, with what came of a form: a fault, or a link that is shown once."""
    session, now = current_session(), context().now()
    private = sees_all_of(found)
    return render_template(
        "vendor.html",
        vendor=found,
        products=products.products_of(session, found.id),
        private=private,
        members=members_page(found) if private else None,
        invitations=membership.open_invitations(session, found, now=now) if private else (),
        place_of=membership.place_of,
        places=membership.Place,
        fault=fault,
        link=link,
    )


@vendors.get(f"{_ONE}/edit", Action.EDIT_VENDOR)
def edit_form(vendor: str) -> str:
    """The form to change a vendor."""
    return form(own_vendor(vendor, Action.EDIT_VENDOR))


def form(found: Vendor | None, fault: RefcheckError | None = None) -> str:
    """The form of a vendor, or of a new one, with what was sent if that could not be taken."""
    return form_page("vendor_form.html", found, fault, vendor=found)


def done(found: Vendor) -> Answer:
    """What a form about a vendor leads to: its page."""
    return redirect(url_for("vendors.vendor", vendor=found.slug), 303)


@vendors_api.get(_ONE, Action.BROWSE, Operation(token=False), endpoint="vendor")
def vendor_for_programs(vendor: str) -> dict[str, Any]:
    """One vendor; its members see who they are."""
    return told(visible_vendor(vendor))


def told(found: Vendor) -> dict[str, Any]:
    """A vendor, as far as whoever asks may see it."""
    everyones = representation.row(found)
    if not sees_all_of(found):
        return everyones
    members = current_session().scalars(membership.members_of(found).order_by(Account.name))
    return everyones | representation.private(found, members)
