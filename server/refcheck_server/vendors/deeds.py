"""All that is done to vendors and their members, by forms of pages and by programs."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from refcheck_server.accounts.guarding import current_principal
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context, perform, public_url
from refcheck_server.database import current_session
from refcheck_server.description.operations import body_of
from refcheck_server.fields import Fields
from refcheck_server.two_ways import TwoWays
from refcheck_server.vendors import membership, representation, services
from refcheck_server.vendors.arguments import own_vendor
from refcheck_server.vendors.models import Vendor, VendorState
from refcheck_server.vendors.views import done, form, page, told, vendors, vendors_api

_DECISIONS = (VendorState.APPROVED, VendorState.DECLINED)
_NEW = body_of("name", "contact", optional=("slug", "website", "description"))
_CHANGED = body_of("name", "contact", "revision", optional=("website", "description"))
_DECIDED = body_of("revision", optional=("reason",), state=_DECISIONS)
_PLACE = body_of(place=membership.Place)
_ONE = "/vendors/<word:vendor>"
on_vendor = TwoWays(vendors, vendors_api, _ONE, own_vendor, page, done, told)
on_none = TwoWays(
    vendors, vendors_api, "/vendors", lambda action: action, form, done, representation.row
)


@on_none.offer(
    "", Action.REGISTER_VENDOR, body=_NEW, status=201, page=lambda _, fault: form(None, fault)
)
def register(_: Action, fields: Fields) -> Vendor:
    """A new vendor, which waits for approval."""
    account_id = current_principal().account_id
    return services.register(current_session(), fields, account_id, now=context().now())


@on_vendor.offer("", Action.EDIT_VENDOR, body=_CHANGED, method="PUT", form="/edit", page=form)
def edit(found: Vendor, fields: Fields) -> None:
    """Change what a vendor says of itself; `revision` is the one that was read."""
    services.edit(current_session(), found, fields, now=context().now())


@on_vendor.offer("/decision", Action.DECIDE_ON_VENDOR, body=_DECIDED)
def decide(found: Vendor, fields: Fields) -> None:
    """Approve or decline a vendor."""
    account_id = current_principal().account_id
    services.decide(current_session(), found, fields, account_id, now=context().now())


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
    session, account_id = current_session(), current_principal().account_id
    place, now = fields.choice("place", membership.Place), context().now()
    secret = membership.invite(session, found, place, account_id, now=now)
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
    place = fields.choice("place", membership.Place)
    membership.give_place(current_session(), found, member, place, now=context().now())


@on_vendor.offer(
    "/members/<word:member>",
    Action.MANAGE_MEMBERS,
    method="DELETE",
    form="/members/<word:member>/remove",
)
def remove_member(found: Vendor, _: Fields, member: str) -> None:
    """End a membership."""
    membership.remove(current_session(), found, member, now=context().now())


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
