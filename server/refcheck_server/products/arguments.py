"""What a list of products is asked for, and the product that an address names."""

from __future__ import annotations

from flask import request

from refcheck_server.accounts.guarding import current_principal
from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.fields import Fields
from refcheck_server.numbered_pages import NumberedPage, page_number
from refcheck_server.products.models import Product, ProductKind, ProductVersion
from refcheck_server.products.queries import (
    ProductFilter,
    find_product,
    find_version,
    list_products,
)
from refcheck_server.results.models import Cloud
from refcheck_server.results.queries import cloud_of_prefix
from refcheck_server.vendors.arguments import LONGEST_SEARCH, own_vendor, visible_vendor


def product_filter() -> ProductFilter:
    """Which products this request is for.

    Raises:
        BadField: there is no such kind, or the search is too long.
    """
    fields = Fields(request.args)
    kind = fields.choice("kind", ProductKind) if request.args.get("kind") else None
    return ProductFilter(fields.text("q", LONGEST_SEARCH), kind)


def listed_products() -> NumberedPage[Product]:
    """The page of products that this request is for."""
    number, who = page_number(request.args), current_principal()
    return list_products(current_session(), product_filter(), number, who)


def visible_product(vendor: str, product: str) -> Product:
    """The product of these names, if whoever asks may see its vendor."""
    return find_product(current_session(), visible_vendor(vendor), product)


def own_product(vendor: str, product: str, action: Action) -> Product:
    """The product of these names, if whoever asks may do this to what its vendor has."""
    return find_product(current_session(), own_vendor(vendor, action), product)


def own_version(vendor: str, product: str, version_id: int, action: Action) -> ProductVersion:
    """A version of the product of these names, likewise."""
    return find_version(current_session(), own_product(vendor, product, action), version_id)


def named_cloud(fields: Fields) -> Cloud:
    """The cloud that was sent by its digest or the beginning of it."""
    digest = fields.text("digest", 64, required=True)
    return cloud_of_prefix(current_session(), digest, reader=current_principal())
