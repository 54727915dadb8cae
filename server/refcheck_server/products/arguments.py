"""The list of products, and the product that an address names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func

from refcheck_server.accounts.guarding import current_principal
from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.fields import Fields
from refcheck_server.lists import Filter, Listed, Listing, Sort, has_words
from refcheck_server.products import representation
from refcheck_server.products.models import Product, ProductKind, ProductVersion
from refcheck_server.products.queries import find_product, find_version, visible_products
from refcheck_server.results.models import Cloud
from refcheck_server.results.queries import cloud_of_prefix
from refcheck_server.vendors.arguments import own_vendor, visible_vendor
from refcheck_server.vendors.models import SLUG, Vendor

PRODUCTS = Listing(
    "products",
    page="products.listed",
    csv="products.listed_as_csv",
    json="products_api.listed",
    id=Product.id,
    sorts={"name": Sort(func.lower(Product.name)), "vendor": Sort(func.lower(Vendor.name))},
    filters={
        "q": Filter(
            "Words", "In the name, the description or the vendor's name.",
            lambda words: has_words(words, Product.name, Product.description, Vendor.name),
        ),
        "kind": Filter(
            "Kind", "What sort of product.", lambda kind: Product.kind == kind, ProductKind
        ),
        "vendor": Filter(
            "Vendor", "Its name in addresses.", lambda slug: Vendor.slug == slug, longest=SLUG
        ),
    },
    row=representation.row,
    columns=("vendor.slug", "slug", "name", "kind", "website"),
)  # fmt: skip


def listed_products(**how: Any) -> Listed[Product]:
    """Products of vendors that whoever asks may see."""
    return PRODUCTS.read(visible_products(current_principal()), **how)


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
