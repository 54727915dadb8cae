"""All that is done to products, versions and their clouds, by forms of pages and by programs."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from refcheck_server.accounts.guarding import current_principal, require
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import body_of
from refcheck_server.fields import Fields, sent_fields
from refcheck_server.products import representation, services
from refcheck_server.products.arguments import named_cloud, own_product, own_version
from refcheck_server.products.models import Product, ProductKind, ProductVersion
from refcheck_server.products.queries import find_any_version
from refcheck_server.products.views import (
    done,
    form,
    new_form,
    page,
    products,
    products_api,
    told,
    version_form,
)
from refcheck_server.results.queries import find_cloud
from refcheck_server.two_ways import TwoWays
from refcheck_server.vendors.arguments import own_vendor
from refcheck_server.vendors.models import Vendor

_NEW = body_of("name", optional=("slug", "website", "description"), kind=ProductKind)
_CHANGED = body_of("name", "revision", optional=("website", "description"), kind=ProductKind)
_NEW_VERSION = body_of("name", optional=("released",))
_CHANGED_VERSION = body_of("name", "revision", optional=("released",))
_DIGEST = body_of("digest")
_CLOUD = "/clouds/<hex(length=64):digest>"
_OF_VENDOR = "/vendors/<word:vendor>/products"
_ONE = f"{_OF_VENDOR}/<word:product>"
_VERSION = f"{_ONE}/versions/<number:version_id>"
on_vendor = TwoWays(products, products_api, _OF_VENDOR, own_vendor, new_form, done, told)
on_product = TwoWays(products, products_api, _ONE, own_product, page, done, told)
on_version = TwoWays(
    products,
    products_api,
    _VERSION,
    own_version,
    lambda found, fault: page(found.product, fault),
    lambda found: done(found.product),
    lambda found: told(found.product),
)


@on_vendor.offer("", Action.EDIT_PRODUCTS, body=_NEW, status=201)
def add(owner: Vendor, fields: Fields) -> Product:
    """A new product."""
    return services.add_product(current_session(), owner, fields, now=context().now())


@on_product.offer("", Action.EDIT_PRODUCTS, body=_CHANGED, method="PUT", form="/edit", page=form)
def edit(found: Product, fields: Fields) -> None:
    """Change what is said of a product; `revision` is the one that was read."""
    services.edit_product(current_session(), found, fields, now=context().now())


@on_product.offer(
    "/versions",
    Action.EDIT_PRODUCTS,
    body=_NEW_VERSION,
    status=201,
    done=lambda made: done(made.product),
    told=lambda made: representation.version(made, ()),
)
def add_version(found: Product, fields: Fields) -> ProductVersion:
    """A new version."""
    return services.add_version(current_session(), found, fields, now=context().now())


@on_version.offer(
    "", Action.EDIT_PRODUCTS, body=_CHANGED_VERSION, method="PUT", form="/edit", page=version_form
)
def edit_version(found: ProductVersion, fields: Fields) -> None:
    """Change what is said of a version; `revision` is the one that was read."""
    services.edit_version(current_session(), found, fields, now=context().now())


@on_version.offer("/clouds", Action.LINK_CLOUD, body=_DIGEST)
def link_cloud(found: ProductVersion, fields: Fields) -> None:
    """Say that a cloud, given by its digest, runs this version."""
    cloud, who = named_cloud(fields), current_principal()
    services.link_cloud(current_session(), found, cloud, who, now=context().now())


@on_version.offer(_CLOUD, Action.LINK_CLOUD, method="DELETE", form=f"{_CLOUD}/unlink")
def unlink_cloud(found: ProductVersion, _: Fields, digest: str) -> None:
    """Say no more that a cloud runs this version."""
    cloud = find_cloud(current_session(), digest, reader=current_principal())
    services.unlink_cloud(current_session(), found, cloud, now=context().now())


@products.post(f"{_CLOUD}/version", Action.LINK_CLOUD)
def choose_version(digest: str) -> Response:
    """Say on a cloud's own page which version it runs; nothing takes back what was said."""
    session, principal, now = current_session(), current_principal(), context().now()
    cloud = find_cloud(session, digest, reader=principal)
    number = sent_fields().number("version")
    if number is None:
        services.unlink_any(session, cloud, principal, now=now)
    else:
        version = find_any_version(session, number)
        require(Action.LINK_CLOUD, version.product.vendor_id)
        services.link_cloud(session, version, cloud, principal, now=now)
    session.commit()
    return redirect(url_for("pages.cloud", digest=digest, _anchor="identity"), 303)
