"""What a cloud runs, said on its own page by whoever holds it."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from refcheck_server.accounts.guarding import current_principal, needs, require
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.fields import sent_fields
from refcheck_server.products import services
from refcheck_server.products.queries import find_any_version
from refcheck_server.products.views import products
from refcheck_server.results.queries import find_cloud


@products.post("/clouds/<hex(length=64):digest>/version")
@needs(Action.LINK_CLOUD)
def choose_version(digest: str) -> Response:
    """Say that a cloud runs a version, by the number of that; nothing takes back what was said."""
    session, principal, now = current_session(), current_principal(), context().now()
    cloud = find_cloud(session, digest, reader=principal)
    number = sent_fields().number("version")
    version = None if number is None else find_any_version(session, number)
    if version is None:
        services.unlink_any(session, cloud, principal, now=now)
    else:
        require(Action.LINK_CLOUD, version.product.vendor_id)
        services.link_cloud(session, version, cloud, principal, now=now)
    session.commit()
    return redirect(url_for("pages.cloud", digest=digest, _anchor="identity"), 303)
