"""Vendors and their members, as pages and for programs: what is read, and what is done."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import Views, current_principal
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context, perform, public_url
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, body_of
from refcheck_server.fields import Fields
from refcheck_server.products import queries as products
from refcheck_server.two_ways import TwoWays, form_page
from refcheck_server.vendors import membership, queries, representation, services
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
from refcheck_server.vendors.models import Vendor, VendorState

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


_DECISIONS = (VendorState.APPROVED, VendorState.DECLINED)
_NEW = body_of("name", "contact", optional=("slug", "website", "description"))
_CHANGED = body_of("name", "contact", "revision", optional=("website", "description"))
_DECIDED = body_of("revision", optional=("reason",), state=_DECISIONS)
_PLACE = body_of(place=membership.Place)
on_vendor = TwoWays(vendors, vendors_api, _ONE, own_vendor, page, done, told)
on_none = TwoWays(
    vendors, vendors_api, "/vendors", lambda action: action, form, done, representation.row
)


@on_none.offer(
    "", Action.REGISTER_VENDOR, body=_NEW, status=201, page=lambda _, fault: form(None, fault)
)
def register(_: Action, fields: Fields) -> Vendor:
    """A new vendor, which waits for approval."""
    return perform(services.register, fields, current_principal().account_id)


@on_vendor.offer("", Action.EDIT_VENDOR, body=_CHANGED, method="PUT", form="/edit", page=form)
def edit(found: Vendor, fields: Fields) -> None:
    """Change what a vendor says of itself; `revision` is the one that was read."""
    perform(services.edit, found, fields)


@on_vendor.offer("/decision", Action.DECIDE_ON_VENDOR, body=_DECIDED)
def decide(found: Vendor, fields: Fields) -> None:
    """Approve or decline a vendor."""
    perform(services.decide, found, fields, current_principal().account_id)


@on_vendor.offer(
    "/invitations",
    Action.MANAGE_MEMBERS,
    body=_PLACE,
    status=201,
    done=lambda made: page(made[0], link=made[1]),
    told=lambda made: {"url": made[1]},
)
def invite(found: Vendor, fields: Fields) -> tuple[Vendor, str]:
    """A new link by which one account joins; it is shown this once."""
    place = fields.choice("place", membership.Place)
    secret = perform(membership.invite, found, place, current_principal().account_id)
    return found, public_url("vendors.invitation", secret=secret)


@on_vendor.offer(
    "/members/<word:member>",
    Action.MANAGE_MEMBERS,
    body=_PLACE,
    method="PUT",
    form="/members/<word:member>/place",
)
def give_place(found: Vendor, fields: Fields, member: str) -> None:
    """Make a member an administrator of the vendor, or a plain member."""
    perform(membership.give_place, found, member, fields.choice("place", membership.Place))


@on_vendor.offer(
    "/members/<word:member>",
    Action.MANAGE_MEMBERS,
    method="DELETE",
    form="/members/<word:member>/remove",
)
def remove_member(found: Vendor, _: Fields, member: str) -> None:
    """End a membership."""
    perform(membership.remove, found, member)


@vendors.post(f"{_ONE}/invitations/<number:invitation_id>/revoke", Action.MANAGE_MEMBERS)
def revoke(vendor: str, invitation_id: int) -> Response:
    """Let a link count no more."""
    found = own_vendor(vendor, Action.MANAGE_MEMBERS)
    perform(membership.revoke, found, invitation_id)
    return done(found)


@vendors.get("/invitation", Action.ACCEPT_INVITATION)
def invitation() -> str:
    """What a link invites to; the secret is behind a `?`, which no log holds."""
    secret = request.args.get("secret", "")
    found = membership.invitation_of(current_session(), secret, now=context().now())
    place = membership.place_of(found.role)
    return render_template("invitation.html", vendor=found.vendor, place=place, secret=secret)


@vendors.post("/invitation", Action.ACCEPT_INVITATION)
def accept() -> Response:
    """Join the vendor."""
    secret, account_id = request.form.get("secret", ""), current_principal().account_id
    return done(perform(membership.accept, secret, account_id))


@vendors.post(f"{_ONE}/leave", Action.LEAVE_VENDOR)
def leave(vendor: str) -> Response:
    """End one's own membership."""
    perform(membership.leave, own_vendor(vendor, Action.LEAVE_VENDOR), current_principal().name)
    return redirect(url_for("vendors.listed"), 303)
