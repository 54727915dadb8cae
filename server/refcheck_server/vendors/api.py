"""Reading vendors, for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.vendors import membership, representation
from refcheck_server.vendors.arguments import (
    MEMBERS,
    VENDORS,
    listed_members,
    listed_vendors,
    sees_all_of,
    visible_vendor,
)
from refcheck_server.vendors.models import Vendor

vendors_api = Blueprint("vendors_api", __name__, url_prefix="/api/v1")
_ONE = "/vendors/<word:vendor>"
VENDORS.offer_json(vendors_api, "/vendors", Action.BROWSE, listed_vendors, token=False)
MEMBERS.offer_json(
    vendors_api, f"{_ONE}/members", Action.SEE_PRIVATE_VENDOR, listed_members, token=True
)


@vendors_api.get(_ONE)
@needs(Action.BROWSE)
@describe(Operation(token=False))
def vendor(vendor: str) -> dict[str, Any]:
    """One vendor; its members see who they are."""
    return told(visible_vendor(vendor))


def told(found: Vendor) -> dict[str, Any]:
    """A vendor, as far as whoever asks may see it."""
    everyones = representation.row(found)
    if not sees_all_of(found):
        return everyones
    members = current_session().scalars(membership.members_of(found).order_by(Account.name))
    return everyones | representation.private(found, members)
