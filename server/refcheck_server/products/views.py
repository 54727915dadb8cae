"""Products, as pages and for programs: the list, one product; forms of products and versions."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import Views
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation
from refcheck_server.products import queries, representation
from refcheck_server.products.arguments import (
    PRODUCTS,
    listed_products,
    own_product,
    own_version,
    visible_product,
)
from refcheck_server.products.models import Product, ProductKind, ProductVersion
from refcheck_server.review.speaking import standing_marks
from refcheck_server.two_ways import form_page
from refcheck_server.vendors.arguments import own_vendor
from refcheck_server.vendors.models import Vendor

products = Views("products", __name__)
products_api = Views("products_api", __name__, url_prefix="/api/v1")
_VENDOR = "/vendors/<word:vendor>/products"
_PRODUCT = f"{_VENDOR}/<word:product>"
_VERSION = f"{_PRODUCT}/versions/<number:version_id>"


@products.get("/products", Action.BROWSE)
def listed() -> str:
    """Products by name."""
    return render_template("products.html", page=listed_products())


PRODUCTS.offer_csv(products, "/products", Action.BROWSE, listed_products)
PRODUCTS.offer_json(products_api, "/products", Action.BROWSE, listed_products, token=False)


@products.get(f"{_VENDOR}/new", Action.EDIT_PRODUCTS)
def new(vendor: str) -> str:
    """The form for a new product."""
    return new_form(own_vendor(vendor, Action.EDIT_PRODUCTS))


@products.get(_PRODUCT, Action.BROWSE)
def product(vendor: str, product: str) -> str:
    """One product: its versions, and the clouds that run them."""
    return page(visible_product(vendor, product))


@products.get(f"{_PRODUCT}/edit", Action.EDIT_PRODUCTS)
def edit_form(vendor: str, product: str) -> str:
    """The form to change a product."""
    return form(own_product(vendor, product, Action.EDIT_PRODUCTS))


@products.get(f"{_VERSION}/edit", Action.EDIT_PRODUCTS)
def edit_version_form(vendor: str, product: str, version_id: int) -> str:
    """The form to change a version."""
    return version_form(own_version(vendor, product, version_id, Action.EDIT_PRODUCTS))


def page(found: Product, fault: RefcheckError | None = None) -> str:
    """The page of a product, which tells what stood in the way of what was sent."""
    session = current_session()
    return render_template(
        "product.html",
        product=found,
        versions=queries.versions_of(session, found),
        clouds=queries.clouds_of(session, found),
        marks=standing_marks(session, found.id, now=context().now()),
        fault=fault,
    )


def new_form(owner: Vendor, fault: RefcheckError | None = None) -> str:
    """The form for a new product, with what was sent if that could not be taken."""
    return form_page(
        "product_form.html", None, fault, vendor=owner, product=None, kinds=ProductKind
    )


def form(found: Product, fault: RefcheckError | None = None) -> str:
    """The form to change a product, likewise."""
    shown = {"vendor": found.vendor, "product": found, "kinds": ProductKind}
    return form_page("product_form.html", found, fault, **shown)


def version_form(found: ProductVersion, fault: RefcheckError | None = None) -> str:
    """The form to change a version, likewise."""
    return form_page("version_form.html", found, fault, product=found.product, version=found)


def done(found: Product) -> Answer:
    """What a form about a product leads to: its page."""
    vendor, product = found.vendor.slug, found.slug
    return redirect(url_for("products.product", vendor=vendor, product=product), 303)


@products_api.get(_PRODUCT, Action.BROWSE, Operation(token=False), endpoint="product")
def product_for_programs(vendor: str, product: str) -> dict[str, Any]:
    """One product with its versions and the clouds that run them."""
    return told(visible_product(vendor, product))


def told(found: Product) -> dict[str, Any]:
    """A product with all that belongs to it."""
    session = current_session()
    return representation.product(
        found, queries.versions_of(session, found), queries.clouds_of(session, found)
    )
