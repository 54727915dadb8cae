"""Members of a vendor on the pages: invitations, places, leaving."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context, public_url
from refcheck_server.database import current_session
from refcheck_server.fields import sent_fields
from refcheck_server.vendors import membership
from refcheck_server.vendors.arguments import own_vendor
from refcheck_server.vendors.views import page

members = Blueprint("members", __name__)


@members.post("/vendors/<word:vendor>/invitations")
@needs(Action.MANAGE_MEMBERS)
def invite(vendor: str) -> str:
    """A new link for one account, which is shown this once."""
    session, found = current_session(), own_vendor(vendor, Action.MANAGE_MEMBERS)
    place = sent_fields().choice("place", membership.Place)
    account_id = current_principal().account_id
    secret = membership.invite(session, found, place, account_id, now=context().now())
    session.commit()
    return page(found, link=public_url("members.invitation", secret=secret))


@members.post("/vendors/<word:vendor>/invitations/<number:invitation_id>/revoke")
@needs(Action.MANAGE_MEMBERS)
def revoke(vendor: str, invitation_id: int) -> Response:
    """Let a link count no more."""
    session, found = current_session(), own_vendor(vendor, Action.MANAGE_MEMBERS)
    membership.revoke(session, found, invitation_id, now=context().now())
    session.commit()
    return _back(vendor)


@members.get("/invitation")
@needs(Action.ACCEPT_INVITATION)
def invitation() -> str:
    """What a link invites to; the secret is behind a `?`, which no log holds."""
    secret = request.args.get("secret", "")
    found = membership.invitation_of(current_session(), secret, now=context().now())
    place = membership.place_of(found.role)
    return render_template("invitation.html", vendor=found.vendor, place=place, secret=secret)


@members.post("/invitation")
@needs(Action.ACCEPT_INVITATION)
def accept() -> Response:
    """Join the vendor."""
    session, account_id = current_session(), current_principal().account_id
    secret = request.form.get("secret", "")
    joined = membership.accept(session, secret, account_id, now=context().now())
    session.commit()
    return _back(joined.slug)


@members.post("/vendors/<word:vendor>/members/<word:member>/place")
@needs(Action.MANAGE_MEMBERS)
def give_place(vendor: str, member: str) -> Response:
    """Make a member an administrator of the vendor, or a plain member."""
    session, found = current_session(), own_vendor(vendor, Action.MANAGE_MEMBERS)
    place = sent_fields().choice("place", membership.Place)
    membership.give_place(session, found, member, place, now=context().now())
    session.commit()
    return _back(vendor)


@members.post("/vendors/<word:vendor>/members/<word:member>/remove")
@needs(Action.MANAGE_MEMBERS)
def remove(vendor: str, member: str) -> Response:
    """End a membership."""
    session, found = current_session(), own_vendor(vendor, Action.MANAGE_MEMBERS)
    membership.remove(session, found, member, now=context().now())
    session.commit()
    return _back(vendor)


@members.post("/vendors/<word:vendor>/leave")
@needs(Action.LEAVE_VENDOR)
def leave(vendor: str) -> Response:
    """End one's own membership."""
    session, found = current_session(), own_vendor(vendor, Action.LEAVE_VENDOR)
    membership.leave(session, found, current_principal().name, now=context().now())
    session.commit()
    return redirect(url_for("vendors.listed"), 303)


def _back(vendor: str) -> Response:
    return redirect(url_for("vendors.vendor", vendor=vendor), 303)
