"""Products and their versions, as pages and for programs: what is read, and what is done."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response
from werkzeug.wrappers import Response as Answer

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import Views, current_principal, require
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context, perform
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, body_of
from refcheck_server.fields import Fields, sent_fields
from refcheck_server.products import queries, representation, services
from refcheck_server.products.arguments import (
    PRODUCTS,
    listed_products,
    named_cloud,
    own_product,
    own_version,
    visible_product,
)
from refcheck_server.products.models import Product, ProductKind, ProductVersion
from refcheck_server.products.queries import find_any_version
from refcheck_server.results.queries import find_cloud
from refcheck_server.review.speaking import standing_marks
from refcheck_server.two_ways import TwoWays, form_page
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


_NEW = body_of("name", optional=("slug", "website", "description"), kind=ProductKind)
_CHANGED = body_of("name", "revision", optional=("website", "description"), kind=ProductKind)
_NEW_VERSION = body_of("name", optional=("released",))
_CHANGED_VERSION = body_of("name", "revision", optional=("released",))
_DIGEST = body_of("digest")
_CLOUD = "/clouds/<hex(length=64):digest>"
on_vendor = TwoWays(products, products_api, _VENDOR, own_vendor, new_form, done, told)
on_product = TwoWays(products, products_api, _PRODUCT, own_product, page, done, told)
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
    return perform(services.add_product, owner, fields)


@on_product.offer("", Action.EDIT_PRODUCTS, body=_CHANGED, method="PUT", form="/edit", page=form)
def edit(found: Product, fields: Fields) -> None:
    """Change what is said of a product; `revision` is the one that was read."""
    perform(services.edit_product, found, fields)


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
    return perform(services.add_version, found, fields)


@on_version.offer(
    "", Action.EDIT_PRODUCTS, body=_CHANGED_VERSION, method="PUT", form="/edit", page=version_form
)
def edit_version(found: ProductVersion, fields: Fields) -> None:
    """Change what is said of a version; `revision` is the one that was read."""
    perform(services.edit_version, found, fields)


@on_version.offer("/clouds", Action.LINK_CLOUD, body=_DIGEST)
def link_cloud(found: ProductVersion, fields: Fields) -> None:
    """Say that a cloud, given by its digest, runs this version."""
    perform(services.link_cloud, found, named_cloud(fields), current_principal())


@on_version.offer(_CLOUD, Action.LINK_CLOUD, method="DELETE", form=f"{_CLOUD}/unlink")
def unlink_cloud(found: ProductVersion, _: Fields, digest: str) -> None:
    """Say no more that a cloud runs this version."""
    cloud = find_cloud(current_session(), digest, reader=current_principal())
    perform(services.unlink_cloud, found, cloud)


@products.post(f"{_CLOUD}/version", Action.LINK_CLOUD)
def choose_version(digest: str) -> Response:
    """Say on a cloud's own page which version it runs; nothing takes back what was said."""
    session, principal = current_session(), current_principal()
    cloud = find_cloud(session, digest, reader=principal)
    number = sent_fields().number("version")
    if number is None:
        perform(services.unlink_any, cloud, principal)
    else:
        version = find_any_version(session, number)
        require(Action.LINK_CLOUD, version.product.vendor_id)
        perform(services.link_cloud, version, cloud, principal)
    return redirect(url_for("pages.cloud", digest=digest, _anchor="identity"), 303)
