"""Adding and changing products and versions, and saying which cloud runs which."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refcheck_server import editing
from refcheck_server.accounts.models import WORDS
from refcheck_server.accounts.rights import Principal
from refcheck_server.audit.log import record
from refcheck_server.database import rows_changed
from refcheck_server.fields import Fields
from refcheck_server.products.errors import CloudNotYours, LinkedMeanwhile, NotLinked
from refcheck_server.products.models import Product, ProductKind, ProductVersion, RunsVersion
from refcheck_server.results.models import Cloud
from refcheck_server.vendors.models import DESCRIPTION, Vendor


def add_product(session: Session, vendor: Vendor, fields: Fields, *, now: datetime) -> Product:
    """A new product of a vendor.

    Raises:
        BadField: a field has a value that it cannot have.
        NameTaken: the vendor has a product of that name in addresses.
    """
    described = _described(fields)
    slug = fields.slug("slug", described["name"])
    product = Product(vendor=vendor, slug=slug, added_at=now, **described)
    editing.add(session, product)
    record(session, "product.added", _subject(product), {}, at=now)
    return product


def edit_product(session: Session, product: Product, fields: Fields, *, now: datetime) -> None:
    """Change what is said of a product.

    Raises:
        BadField: a field has a value that it cannot have.
        EditConflict: somebody changed it meanwhile.
    """
    changed = editing.change(session, product, fields.revision(), **_described(fields))
    if changed:
        record(session, "product.changed", _subject(product), {"fields": changed}, at=now)


def add_version(
    session: Session, product: Product, fields: Fields, *, now: datetime
) -> ProductVersion:
    """A new version of a product.

    Raises:
        BadField: a field has a value that it cannot have.
        NameTaken: the product has that version.
    """
    name, released = _version(fields)
    version = ProductVersion(product=product, name=name, released=released, added_at=now)
    editing.add(session, version)
    detail = {"version": version.id, "name": name}
    record(session, "version.added", _subject(product), detail, at=now)
    return version


def edit_version(
    session: Session, version: ProductVersion, fields: Fields, *, now: datetime
) -> None:
    """Change what is said of a version.

    Raises:
        BadField: a field has a value that it cannot have.
        EditConflict: somebody changed it meanwhile.
        NameTaken: the product has that version.
    """
    name, released = _version(fields)
    changed = editing.change(session, version, fields.revision(), name=name, released=released)
    if changed:
        detail = {"version": version.id, "name": name, "fields": changed}
        record(session, "version.changed", _subject(version.product), detail, at=now)


def link_cloud(
    session: Session, version: ProductVersion, cloud: Cloud, principal: Principal, *, now: datetime
) -> None:
    """Say that a cloud runs this version, and no other one any more.

    Raises:
        CloudNotYours: whoever says so does not hold the cloud.
    """
    _refuse_stranger(cloud, principal)
    link = session.get(RunsVersion, cloud.id) or RunsVersion(cloud_id=cloud.id)
    link.version_id, link.linked_at = version.id, now
    link.linked_by_id = principal.account_id
    session.add(link)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise LinkedMeanwhile(
            "somebody linked the cloud at the same moment", next_step="Look at the cloud's page."
        ) from None
    record(session, "cloud.linked", f"cloud:{cloud.digest}", _linked(version), at=now)


def unlink_cloud(session: Session, version: ProductVersion, cloud: Cloud, *, now: datetime) -> None:
    """Say no more that a cloud runs this version.

    Raises:
        NotLinked: nobody said so.
    """
    this = RunsVersion.cloud_id == cloud.id, RunsVersion.version_id == version.id
    if not rows_changed(session, delete(RunsVersion).where(*this)):
        raise NotLinked("the cloud does not run it", next_step="Look at the product's page.")
    record(session, "cloud.unlinked", f"cloud:{cloud.digest}", _linked(version), at=now)


def unlink_any(session: Session, cloud: Cloud, principal: Principal, *, now: datetime) -> None:
    """Say no more what a cloud runs; what was not said is taken back too.

    Raises:
        CloudNotYours: whoever says so does not hold the cloud.
    """
    _refuse_stranger(cloud, principal)
    link = session.get(RunsVersion, cloud.id)
    if link is not None:
        unlink_cloud(session, link.version, cloud, now=now)


def _refuse_stranger(cloud: Cloud, principal: Principal) -> None:
    if cloud.holder_id != principal.account_id:
        raise CloudNotYours(
            f"the cloud is held by {cloud.holder.name}, who alone says what it runs",
            where="digest",
            next_step="Do it as that account, or have an administrator look into who holds it.",
        )


def _subject(product: Product) -> str:
    return f"product:{product.vendor.slug}/{product.slug}"


def _linked(version: ProductVersion) -> dict[str, object]:
    product = version.product
    return {"product": f"{product.vendor.slug}/{product.slug}", "version": version.id}


def _described(fields: Fields) -> dict[str, str]:
    return {
        "name": fields.title("name", WORDS),
        "kind": fields.choice("kind", ProductKind),
        "website": fields.address("website"),
        "description": fields.text("description", DESCRIPTION, lines=True),
    }


def _version(fields: Fields) -> tuple[str, date | None]:
    return fields.text("name", WORDS, required=True), fields.day("released")
