"""Reading products, as far as whoever asks may see their vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from refcheck_server.accounts.models import Membership
from refcheck_server.accounts.rights import Principal, Role
from refcheck_server.products.errors import NoSuchProduct
from refcheck_server.products.models import Product, ProductVersion, RunsVersion
from refcheck_server.results.models import Cloud
from refcheck_server.vendors.models import Vendor
from refcheck_server.vendors.queries import is_visible, visible_to

_MOST_CHOICES = 1000


def visible_products(principal: Principal) -> Select[Product]:
    """The products that someone may see, with their vendors."""
    return (
        select(Product)
        .join(Product.vendor)
        .where(visible_to(principal))
        .options(contains_eager(Product.vendor))
    )


def products_of(session: Session, vendor_id: int) -> Sequence[Product]:
    """The products of a vendor, by name."""
    return session.scalars(
        select(Product).where(Product.vendor_id == vendor_id).order_by(func.lower(Product.name))
    ).all()


def find_product(session: Session, vendor: Vendor, slug: str) -> Product:
    """A product of a vendor.

    Raises:
        NoSuchProduct: there is none of that name.
    """
    found = session.scalar(
        select(Product)
        .where(Product.vendor_id == vendor.id, Product.slug == slug)
        .options(joinedload(Product.vendor))
    )
    if found is None:
        raise NoSuchProduct(
            f"{vendor.name} has no product {slug!r}", next_step="Look at the vendor's page."
        )
    return found


def find_version(session: Session, product: Product, version_id: int) -> ProductVersion:
    """A version of a product.

    Raises:
        NoSuchProduct: there is none with that number.
    """
    found = session.scalar(
        select(ProductVersion).where(
            ProductVersion.id == version_id, ProductVersion.product_id == product.id
        )
    )
    if found is None:
        raise NoSuchProduct(
            f"{product.name} has no such version", next_step="Look at the product's page."
        )
    return found


def find_any_version(session: Session, version_id: int) -> ProductVersion:
    """The version of that number, of whatever product.

    Raises:
        NoSuchProduct: there is none.
    """
    found = session.scalar(
        select(ProductVersion)
        .where(ProductVersion.id == version_id)
        .options(joinedload(ProductVersion.product).joinedload(Product.vendor))
    )
    if found is None:
        raise NoSuchProduct("there is no such version", next_step="Choose one from the list.")
    return found


def versions_of(session: Session, product: Product) -> Sequence[ProductVersion]:
    """The versions of a product, the newest first."""
    return session.scalars(
        select(ProductVersion)
        .where(ProductVersion.product_id == product.id)
        .order_by(ProductVersion.released.desc().nulls_first(), ProductVersion.id.desc())
    ).all()


def clouds_of(session: Session, product: Product) -> Mapping[int, tuple[Cloud, ...]]:
    """The clouds that run each version, by the version's number. One statement."""
    rows = session.execute(
        select(RunsVersion.version_id, Cloud)
        .join(RunsVersion.cloud)
        .join(RunsVersion.version)
        .join(ProductVersion.product)
        .join(Membership, _counts())
        .where(Product.id == product.id)
        .options(joinedload(Cloud.holder))
        .order_by(Cloud.id)
    )
    found: dict[int, tuple[Cloud, ...]] = {}
    for version_id, cloud in rows:
        found[version_id] = (*found.get(version_id, ()), cloud)
    return found


def versions_for(
    session: Session, cloud: Cloud, principal: Principal
) -> tuple[ProductVersion | None, Sequence[ProductVersion]]:
    """What a cloud runs, as far as everyone may know; and what its holder can say that it runs.

    That is every version of their vendors' products, and nobody else has a choice. One statement.
    """
    # an auditor speaks for no vendor
    chooses = cloud.holder_id == principal.account_id and principal.role is not Role.AUDITOR
    given = {"cloud": cloud.id, "holder": cloud.holder_id}
    rows = session.execute(_versions(chooses), given).all()
    runs_now = next((version for version, is_run in rows if is_run), None)
    return runs_now, [version for version, _ in rows] if chooses else ()


@cache
def _versions(of_holder: bool) -> Select[ProductVersion, bool]:  # noqa: FBT001 - a key
    """What the `cloud` runs, which is of a vendor of its `holder`; or all that these have."""
    running = (
        select(RunsVersion.version_id)
        .join(RunsVersion.cloud)
        .join(RunsVersion.version)
        .join(ProductVersion.product)
        .join(Product.vendor)
        .join(Membership, _counts())
        .where(RunsVersion.cloud_id == bindparam("cloud"), is_visible())
    )
    theirs = (
        select(ProductVersion.id)
        .join(ProductVersion.product)
        .join(Membership, Membership.vendor_id == Product.vendor_id)
        .where(Membership.account_id == bindparam("holder"))
    )
    is_run = ProductVersion.id.in_(running).label("is_run")
    return (
        select(ProductVersion, is_run)
        .join(ProductVersion.product)
        .join(Product.vendor)
        .where(ProductVersion.id.in_(theirs if of_holder else running))
        .options(contains_eager(ProductVersion.product).contains_eager(Product.vendor))
        .order_by(
            is_run.desc(),
            func.lower(Vendor.name),
            func.lower(Product.name),
            ProductVersion.id.desc(),
        )
        .limit(_MOST_CHOICES)
    )


def vendor_ids_of(session: Session, clouds: Sequence[int]) -> Mapping[int, frozenset[int]]:
    """The vendors whose products these clouds run, by the cloud's id. One statement."""
    rows = session.execute(
        select(Cloud.id, Product.vendor_id)
        .join(RunsVersion, RunsVersion.cloud_id == Cloud.id)
        .join(RunsVersion.version)
        .join(ProductVersion.product)
        .join(Membership, _counts())
        .where(Cloud.id.in_(clouds))
    )
    found: dict[int, frozenset[int]] = dict.fromkeys(clouds, frozenset())
    for cloud_id, vendor_id in rows:
        found[cloud_id] |= {vendor_id}
    return found


def runs(cloud_id: Any, version_id: Any) -> ColumnElement[bool]:
    """Whether a cloud runs a version, as far as that counts; each a column or a number."""
    cloud, version, product = aliased(Cloud), aliased(ProductVersion), aliased(Product)
    link, member = aliased(RunsVersion), aliased(Membership)
    return exists().where(
        link.cloud_id == cloud_id,
        link.version_id == version_id,
        cloud.id == link.cloud_id,
        version.id == link.version_id,
        product.id == version.product_id,
        member.account_id == cloud.holder_id,
        member.vendor_id == product.vendor_id,
    )


def _counts() -> ColumnElement[bool]:
    """Whether whoever holds the cloud belongs to the vendor of the product."""
    return and_(Membership.account_id == Cloud.holder_id, Membership.vendor_id == Product.vendor_id)
