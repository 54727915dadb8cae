"""Pages of products: the list, one product, adding and changing, and the clouds that run it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from refcheck_server import tables
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import Action
from refcheck_server.addresses import carried
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.editing import EditConflict, NameTaken
from refcheck_server.errors import RegistryFault
from refcheck_server.fields import BadField, sent_fields
from refcheck_server.numbered_pages import page_number
from refcheck_server.products import queries, services
from refcheck_server.products.arguments import (
    named_cloud,
    own_product,
    own_version,
    product_filter,
    visible_product,
)
from refcheck_server.products.errors import CloudNotYours
from refcheck_server.products.models import Product, ProductKind, ProductVersion
from refcheck_server.results.errors import BadDigest, NoSuchCloud
from refcheck_server.results.queries import find_cloud
from refcheck_server.review.speaking import standing_marks
from refcheck_server.vendors.arguments import own_vendor
from refcheck_server.vendors.models import Vendor

products = Blueprint("products", __name__)
_VENDOR = "/vendors/<word:vendor>/products"
_PRODUCT = f"{_VENDOR}/<word:product>"
_VERSION = f"{_PRODUCT}/versions/<number:version_id>"


@products.get("/products")
@needs(Action.BROWSE)
def listed() -> str:
    """Products by name."""
    session, wanted = current_session(), product_filter()
    return render_template(
        "products.html",
        page=queries.list_products(session, wanted, page_number(request.args), current_principal()),
        wanted=wanted,
        kinds=ProductKind,
        arguments=carried("q", "kind"),
    )


@products.get("/products.csv")
@needs(Action.BROWSE)
def listed_as_csv() -> Response:
    """The same, whole, for a spreadsheet."""
    found = queries.all_products(current_session(), product_filter(), current_principal())
    rows = [(one.vendor.slug, one.slug, one.name, one.kind, one.website) for one in found]
    return tables.as_csv("products", ("vendor", "slug", "name", "kind", "website"), rows)


@products.get(f"{_VENDOR}/new")
@needs(Action.EDIT_PRODUCTS)
def new(vendor: str) -> str:
    """The form for a new product."""
    return _form(own_vendor(vendor, Action.EDIT_PRODUCTS), None)


@products.post(_VENDOR)
@needs(Action.EDIT_PRODUCTS)
def add(vendor: str) -> tuple[str, HTTPStatus] | Answer:
    """A new product."""
    session, owner = current_session(), own_vendor(vendor, Action.EDIT_PRODUCTS)
    try:
        made = services.add_product(session, owner, sent_fields(), now=context().now())
    except (BadField, NameTaken) as fault:
        return _form(owner, None, fault), fault.status
    session.commit()
    return _back(vendor, made.slug)


@products.get(_PRODUCT)
@needs(Action.BROWSE)
def product(vendor: str, product: str) -> str:
    """One product: its versions, and the clouds that run them."""
    return _page(visible_product(vendor, product))


@products.get(f"{_PRODUCT}/edit")
@needs(Action.EDIT_PRODUCTS)
def edit_form(vendor: str, product: str) -> str:
    """The form to change a product."""
    found = own_product(vendor, product, Action.EDIT_PRODUCTS)
    return _form(found.vendor, found)


@products.post(f"{_PRODUCT}/edit")
@needs(Action.EDIT_PRODUCTS)
def edit(vendor: str, product: str) -> tuple[str, HTTPStatus] | Answer:
    """Change what is said of a product."""
    session, found = current_session(), own_product(vendor, product, Action.EDIT_PRODUCTS)
    try:
        services.edit_product(session, found, sent_fields(), now=context().now())
    except (BadField, EditConflict) as fault:
        return _form(found.vendor, found, fault), fault.status
    session.commit()
    return _back(vendor, product)


@products.post(f"{_PRODUCT}/versions")
@needs(Action.EDIT_PRODUCTS)
def add_version(vendor: str, product: str) -> tuple[str, HTTPStatus] | Answer:
    """A new version."""
    session, found = current_session(), own_product(vendor, product, Action.EDIT_PRODUCTS)
    try:
        services.add_version(session, found, sent_fields(), now=context().now())
    except (BadField, NameTaken) as fault:
        return _page(found, fault), fault.status
    session.commit()
    return _back(vendor, product)


@products.get(f"{_VERSION}/edit")
@needs(Action.EDIT_PRODUCTS)
def edit_version_form(vendor: str, product: str, version_id: int) -> str:
    """The form to change a version."""
    return _version_form(own_version(vendor, product, version_id, Action.EDIT_PRODUCTS))


@products.post(f"{_VERSION}/edit")
@needs(Action.EDIT_PRODUCTS)
def edit_version(vendor: str, product: str, version_id: int) -> tuple[str, HTTPStatus] | Answer:
    """Change what is said of a version."""
    session = current_session()
    found = own_version(vendor, product, version_id, Action.EDIT_PRODUCTS)
    try:
        services.edit_version(session, found, sent_fields(), now=context().now())
    except (BadField, NameTaken, EditConflict) as fault:
        return _version_form(found, fault), fault.status
    session.commit()
    return _back(vendor, product)


@products.post(f"{_VERSION}/clouds")
@needs(Action.LINK_CLOUD)
def link_cloud(vendor: str, product: str, version_id: int) -> tuple[str, HTTPStatus] | Answer:
    """Say that a cloud runs this version."""
    session = current_session()
    found = own_version(vendor, product, version_id, Action.LINK_CLOUD)
    try:
        cloud = named_cloud(sent_fields())
        services.link_cloud(session, found, cloud, current_principal(), now=context().now())
    except (BadField, BadDigest, NoSuchCloud, CloudNotYours) as fault:
        return _page(found.product, fault), fault.status
    session.commit()
    return _back(vendor, product)


@products.post(f"{_VERSION}/clouds/<hex(length=64):digest>/unlink")
@needs(Action.LINK_CLOUD)
def unlink_cloud(vendor: str, product: str, version_id: int, digest: str) -> Answer:
    """Say no more that a cloud runs this version."""
    session = current_session()
    found = own_version(vendor, product, version_id, Action.LINK_CLOUD)
    cloud = find_cloud(session, digest, reader=current_principal())
    services.unlink_cloud(session, found, cloud, now=context().now())
    session.commit()
    return _back(vendor, product)


def _page(found: Product, fault: RegistryFault | None = None) -> str:
    session = current_session()
    return render_template(
        "product.html",
        product=found,
        versions=queries.versions_of(session, found),
        clouds=queries.clouds_of(session, found),
        marks=standing_marks(session, found.id, now=context().now()),
        fault=fault,
    )


def _form(owner: Vendor, found: Product | None, fault: RegistryFault | None = None) -> str:
    """The form, with what was sent if that could not be taken."""
    return render_template(
        "product_form.html",
        vendor=owner,
        product=found,
        values=request.form if fault is not None else found,
        revision=_revision(found, fault),
        kinds=ProductKind,
        fault=fault,
    )


def _version_form(found: ProductVersion, fault: RegistryFault | None = None) -> str:
    return render_template(
        "version_form.html",
        product=found.product,
        version=found,
        values=request.form if fault is not None else found,
        revision=_revision(found, fault),
        fault=fault,
    )


def _revision(found: Product | ProductVersion | None, fault: RegistryFault | None) -> int | None:
    """The one to send with the form: after a conflict, the one that its reader now knows of."""
    if isinstance(fault, EditConflict):
        return fault.revision
    return None if found is None else found.revision


def _back(vendor: str, product: str) -> Answer:
    return redirect(url_for("products.product", vendor=vendor, product=product), 303)
