"""Pages of vendors: the list, one vendor, and its form."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.editing import EditConflict
from refcheck_server.products import queries as products
from refcheck_server.vendors import membership, queries
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

vendors = Blueprint("vendors", __name__)


@vendors.get("/vendors")
@needs(Action.BROWSE)
def listed() -> str:
    """Vendors by name."""
    return render_template(
        "vendors.html",
        page=listed_vendors(),
        own=queries.vendors_of(current_session(), current_principal()),
    )


VENDORS.offer_csv(vendors, "/vendors", Action.BROWSE, listed_vendors)
MEMBERS.offer_csv(
    vendors, "/vendors/<word:vendor>/members", Action.SEE_PRIVATE_VENDOR, listed_members
)


@vendors.get("/vendors/new")
@needs(Action.REGISTER_VENDOR)
def new() -> str:
    """The form for a new vendor."""
    return form(None)


@vendors.get("/vendors/<word:vendor>")
@needs(Action.BROWSE)
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


@vendors.get("/vendors/<word:vendor>/edit")
@needs(Action.EDIT_VENDOR)
def edit_form(vendor: str) -> str:
    """The form to change a vendor."""
    return form(own_vendor(vendor, Action.EDIT_VENDOR))


def form(found: Vendor | None, fault: RefcheckError | None = None) -> str:
    """The form of a vendor, or of a new one, with what was sent if that could not be taken."""
    values = request.form if fault is not None else found
    revision = fault.revision if isinstance(fault, EditConflict) else found and found.revision
    return render_template(
        "vendor_form.html", vendor=found, values=values, revision=revision, fault=fault
    )


def done(found: Vendor) -> Answer:
    """What a form about a vendor leads to: its page."""
    return redirect(url_for("vendors.vendor", vendor=found.slug), 303)
