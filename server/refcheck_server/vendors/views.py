"""Pages of vendors: the list, one vendor, registering, changing, and deciding."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from refcheck_server import tables
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.addresses import carried
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.editing import EditConflict, NameTaken
from refcheck_server.errors import RegistryFault
from refcheck_server.fields import BadField, sent_fields
from refcheck_server.moments import spelled
from refcheck_server.numbered_pages import page_number
from refcheck_server.products import queries as products
from refcheck_server.vendors import membership, queries, services
from refcheck_server.vendors.arguments import own_vendor, sees_all_of, vendor_filter, visible_vendor
from refcheck_server.vendors.models import Vendor, VendorState

vendors = Blueprint("vendors", __name__)


@vendors.get("/vendors")
@needs(Action.BROWSE)
def listed() -> str:
    """Vendors by name."""
    session, principal, wanted = current_session(), current_principal(), vendor_filter()
    return render_template(
        "vendors.html",
        page=queries.list_vendors(session, wanted, page_number(request.args), principal),
        wanted=wanted,
        states=VendorState,
        own=queries.vendors_of(session, principal),
        arguments=carried("q", "state"),
    )


@vendors.get("/vendors.csv")
@needs(Action.BROWSE)
def listed_as_csv() -> Response:
    """The same, whole, for a spreadsheet."""
    found = queries.all_vendors(current_session(), vendor_filter(), current_principal())
    rows = [
        (one.slug, one.name, one.website, one.state, spelled(one.registered_at)) for one in found
    ]
    return tables.as_csv("vendors", ("slug", "name", "website", "state", "registered"), rows)


@vendors.get("/vendors/new")
@needs(Action.REGISTER_VENDOR)
def new() -> str:
    """The form for a new vendor."""
    return _form(None)


@vendors.post("/vendors")
@needs(Action.REGISTER_VENDOR)
def register() -> tuple[str, HTTPStatus] | Answer:
    """A new vendor, which waits for approval."""
    session, principal = current_session(), current_principal()
    try:
        made = services.register(session, sent_fields(), principal.account_id, now=context().now())
    except (BadField, NameTaken) as fault:
        return _form(None, fault), fault.status
    session.commit()
    return _back(made)


@vendors.get("/vendors/<word:vendor>")
@needs(Action.BROWSE)
def vendor(vendor: str) -> str:
    """One vendor: its products, and for its members who they are."""
    return page(visible_vendor(vendor))


def page(found: Vendor, **more: object) -> str:
    """The page of a vendor, perhaps with what came of a form of it."""
    session, now = current_session(), context().now()
    private = sees_all_of(found)
    return render_template(
        "vendor.html",
        vendor=found,
        products=products.products_of(session, found.id),
        private=private,
        members=membership.members_of(session, found) if private else (),
        invitations=membership.open_invitations(session, found, now=now) if private else (),
        place_of=membership.place_of,
        places=membership.Place,
        **more,
    )


@vendors.get("/vendors/<word:vendor>/edit")
@needs(Action.EDIT_VENDOR)
def edit_form(vendor: str) -> str:
    """The form to change a vendor."""
    return _form(own_vendor(vendor, Action.EDIT_VENDOR))


@vendors.post("/vendors/<word:vendor>/edit")
@needs(Action.EDIT_VENDOR)
def edit(vendor: str) -> tuple[str, HTTPStatus] | Answer:
    """Change what a vendor says of itself."""
    session, found = current_session(), own_vendor(vendor, Action.EDIT_VENDOR)
    try:
        services.edit(session, found, sent_fields(), now=context().now())
    except (BadField, NameTaken, EditConflict) as fault:
        return _form(found, fault), fault.status
    session.commit()
    return _back(found)


@vendors.post("/vendors/<word:vendor>/decision")
@needs(Action.DECIDE_ON_VENDOR)
def decide(vendor: str) -> tuple[str, HTTPStatus] | Answer:
    """Approve or decline a vendor."""
    session, found = current_session(), own_vendor(vendor, Action.DECIDE_ON_VENDOR)
    try:
        services.decide(
            session,
            found,
            sent_fields(),
            current_principal().account_id,
            now=context().now(),
        )
    except (BadField, EditConflict) as fault:
        return page(found, fault=fault), fault.status
    session.commit()
    return _back(found)


def _form(found: Vendor | None, fault: RegistryFault | None = None) -> str:
    """The form, with what was sent if that could not be taken."""
    values = request.form if fault is not None else found
    revision = fault.revision if isinstance(fault, EditConflict) else found and found.revision
    return render_template(
        "vendor_form.html", vendor=found, values=values, revision=revision, fault=fault
    )


def _back(found: Vendor) -> Answer:
    return redirect(url_for("vendors.vendor", vendor=found.slug), 303)
