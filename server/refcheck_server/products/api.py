"""Products for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, body_of, describe
from refcheck_server.fields import sent_fields
from refcheck_server.numbered_pages import page_number
from refcheck_server.products import queries, representation, services
from refcheck_server.products.arguments import (
    named_cloud,
    own_product,
    own_version,
    product_filter,
    visible_product,
)
from refcheck_server.products.models import Product, ProductKind
from refcheck_server.results.queries import find_cloud
from refcheck_server.vendors.arguments import own_vendor

products_api = Blueprint("products_api", __name__, url_prefix="/api/v1")
_VENDOR = "/vendors/<word:vendor>/products"
_PRODUCT = f"{_VENDOR}/<word:product>"
_VERSION = f"{_PRODUCT}/versions/<number:version_id>"
_DESCRIBED = body_of("name", optional=("slug", "website", "description"), kind=ProductKind)
_CHANGED = body_of("name", "revision", optional=("website", "description"), kind=ProductKind)


@products_api.get("/products")
@needs(Action.BROWSE)
@describe(Operation(query=("q", "kind", "page"), token=False))
def listed() -> dict[str, Any]:
    """Products by name; `q`, `kind` and `page` narrow it."""
    page = queries.list_products(
        current_session(), product_filter(), page_number(request.args), current_principal()
    )
    return representation.product_list(page)


@products_api.get(_PRODUCT)
@needs(Action.BROWSE)
@describe(Operation(token=False))
def product(vendor: str, product: str) -> dict[str, Any]:
    """One product with its versions and the clouds that run them."""
    return _told(visible_product(vendor, product))


@products_api.post(_VENDOR)
@needs(Action.EDIT_PRODUCTS)
@describe(Operation(status=201, token=True, body=_DESCRIBED, refusals=(409,)))
def add(vendor: str) -> tuple[dict[str, Any], int]:
    """A new product."""
    session, owner = current_session(), own_vendor(vendor, Action.EDIT_PRODUCTS)
    made = services.add_product(session, owner, sent_fields(), now=context().now())
    session.commit()
    return _told(made), 201


@products_api.put(_PRODUCT)
@needs(Action.EDIT_PRODUCTS)
@describe(Operation(token=True, body=_CHANGED, refusals=(409,)))
def edit(vendor: str, product: str) -> dict[str, Any]:
    """Change what is said of a product; `revision` is the one that was read."""
    session, found = current_session(), own_product(vendor, product, Action.EDIT_PRODUCTS)
    services.edit_product(session, found, sent_fields(), now=context().now())
    session.commit()
    return _told(found)


@products_api.post(f"{_PRODUCT}/versions")
@needs(Action.EDIT_PRODUCTS)
@describe(
    Operation(status=201, token=True, body=body_of("name", optional=("released",)), refusals=(409,))
)
def add_version(vendor: str, product: str) -> tuple[dict[str, Any], int]:
    """A new version."""
    session, found = current_session(), own_product(vendor, product, Action.EDIT_PRODUCTS)
    made = services.add_version(session, found, sent_fields(), now=context().now())
    session.commit()
    return representation.version(made, ()), 201


@products_api.put(_VERSION)
@needs(Action.EDIT_PRODUCTS)
@describe(
    Operation(token=True, body=body_of("name", "revision", optional=("released",)), refusals=(409,))
)
def edit_version(vendor: str, product: str, version_id: int) -> dict[str, Any]:
    """Change what is said of a version; `revision` is the one that was read."""
    session = current_session()
    found = own_version(vendor, product, version_id, Action.EDIT_PRODUCTS)
    services.edit_version(session, found, sent_fields(), now=context().now())
    session.commit()
    return _told(found.product)


@products_api.post(f"{_VERSION}/clouds")
@needs(Action.LINK_CLOUD)
@describe(Operation(token=True, body=body_of("digest"), refusals=(409,)))
def link_cloud(vendor: str, product: str, version_id: int) -> dict[str, Any]:
    """Say that a cloud, given by its digest, runs this version."""
    session = current_session()
    found = own_version(vendor, product, version_id, Action.LINK_CLOUD)
    cloud = named_cloud(sent_fields())
    services.link_cloud(session, found, cloud, current_principal(), now=context().now())
    session.commit()
    return _told(found.product)


@products_api.delete(f"{_VERSION}/clouds/<hex(length=64):digest>")
@needs(Action.LINK_CLOUD)
@describe(Operation(token=True))
def unlink_cloud(vendor: str, product: str, version_id: int, digest: str) -> dict[str, Any]:
    """Say no more that a cloud runs this version."""
    session = current_session()
    found = own_version(vendor, product, version_id, Action.LINK_CLOUD)
    cloud = find_cloud(session, digest, reader=current_principal())
    services.unlink_cloud(session, found, cloud, now=context().now())
    session.commit()
    return _told(found.product)


def _told(found: Product) -> dict[str, Any]:
    session = current_session()
    return representation.product(
        found, queries.versions_of(session, found), queries.clouds_of(session, found)
    )
