"""Vendors for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context, public_url
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, body_of, describe
from refcheck_server.fields import sent_fields
from refcheck_server.numbered_pages import page_number
from refcheck_server.vendors import membership, queries, representation, services
from refcheck_server.vendors.arguments import own_vendor, sees_all_of, vendor_filter, visible_vendor
from refcheck_server.vendors.models import Vendor, VendorState

vendors_api = Blueprint("vendors_api", __name__, url_prefix="/api/v1/vendors")
_DECISIONS = (VendorState.APPROVED, VendorState.DECLINED)
_DESCRIBED = body_of("name", "contact", optional=("slug", "website", "description"))
_CHANGED = body_of("name", "contact", "revision", optional=("website", "description"))


@vendors_api.get("")
@needs(Action.BROWSE)
@describe(Operation(query=("q", "state", "page"), token=False))
def listed() -> dict[str, Any]:
    """Vendors by name; `q`, `state` and `page` narrow it."""
    page = queries.list_vendors(
        current_session(), vendor_filter(), page_number(request.args), current_principal()
    )
    return representation.vendor_list(page)


@vendors_api.get("/<word:vendor>")
@needs(Action.BROWSE)
@describe(Operation(token=False))
def vendor(vendor: str) -> dict[str, Any]:
    """One vendor; its members see who they are."""
    return _told(visible_vendor(vendor))


@vendors_api.post("")
@needs(Action.REGISTER_VENDOR)
@describe(Operation(status=201, token=True, body=_DESCRIBED, refusals=(409,)))
def register() -> tuple[dict[str, Any], int]:
    """A new vendor, which waits for approval."""
    session, principal = current_session(), current_principal()
    made = services.register(session, sent_fields(), principal.account_id, now=context().now())
    session.commit()
    return representation.row(made), 201


@vendors_api.put("/<word:vendor>")
@needs(Action.EDIT_VENDOR)
@describe(Operation(token=True, body=_CHANGED, refusals=(409,)))
def edit(vendor: str) -> dict[str, Any]:
    """Change what a vendor says of itself; `revision` is the one that was read."""
    session, found = current_session(), own_vendor(vendor, Action.EDIT_VENDOR)
    services.edit(session, found, sent_fields(), now=context().now())
    session.commit()
    return _told(found)


@vendors_api.post("/<word:vendor>/decision")
@needs(Action.DECIDE_ON_VENDOR)
@describe(
    Operation(
        token=True,
        body=body_of("revision", optional=("reason",), state=_DECISIONS),
        refusals=(409,),
    )
)
def decide(vendor: str) -> dict[str, Any]:
    """Approve or decline a vendor."""
    session, found = current_session(), own_vendor(vendor, Action.DECIDE_ON_VENDOR)
    account_id = current_principal().account_id
    services.decide(session, found, sent_fields(), account_id, now=context().now())
    session.commit()
    return _told(found)


@vendors_api.post("/<word:vendor>/invitations")
@needs(Action.MANAGE_MEMBERS)
@describe(Operation(status=201, token=True, body=body_of(place=membership.Place)))
def invite(vendor: str) -> tuple[dict[str, Any], int]:
    """A new link by which one account joins."""
    session, found = current_session(), own_vendor(vendor, Action.MANAGE_MEMBERS)
    place = sent_fields().choice("place", membership.Place)
    account_id = current_principal().account_id
    secret = membership.invite(session, found, place, account_id, now=context().now())
    session.commit()
    return {"url": public_url("members.invitation", secret=secret)}, 201


@vendors_api.put("/<word:vendor>/members/<word:member>")
@needs(Action.MANAGE_MEMBERS)
@describe(Operation(token=True, body=body_of(place=membership.Place), refusals=(409,)))
def give_place(vendor: str, member: str) -> dict[str, Any]:
    """Make a member an administrator of the vendor, or a plain member."""
    session, found = current_session(), own_vendor(vendor, Action.MANAGE_MEMBERS)
    place = sent_fields().choice("place", membership.Place)
    membership.give_place(session, found, member, place, now=context().now())
    session.commit()
    return _told(found)


@vendors_api.delete("/<word:vendor>/members/<word:member>")
@needs(Action.MANAGE_MEMBERS)
@describe(Operation(token=True, refusals=(409,)))
def remove_member(vendor: str, member: str) -> dict[str, Any]:
    """End a membership."""
    session, found = current_session(), own_vendor(vendor, Action.MANAGE_MEMBERS)
    membership.remove(session, found, member, now=context().now())
    session.commit()
    return _told(found)


def _told(found: Vendor) -> dict[str, Any]:
    told = representation.row(found)
    if sees_all_of(found):
        told |= representation.private(found, membership.members_of(current_session(), found))
    return told
