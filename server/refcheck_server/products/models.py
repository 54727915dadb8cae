"""Products, their versions, and which cloud runs which."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from refcheck_server.accounts.models import WORDS
from refcheck_server.columns import Base, Utc
from refcheck_server.results.models import Cloud
from refcheck_server.vendors.models import SLUG, Vendor


class ProductKind(StrEnum):
    """What a product is."""

    DISTRIBUTION = "distribution"
    """Software to build a cloud with."""
    PUBLIC_CLOUD = "public cloud"
    """A cloud that anyone can use."""
    HOSTED_PRIVATE_CLOUD = "hosted private cloud"
    """Clouds that are run for one customer each."""
    COMPONENT = "component"
    """A part of a cloud, like storage."""


class Product(Base):
    """Something that a vendor offers, and that a mark is for.

    Attributes:
        slug: its name in addresses, below its vendor's; it never changes.
        revision: how often it was changed; see `refcheck_server.editing`.
    """

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("vendor_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendors.id"), index=True)
    slug: Mapped[str] = mapped_column(String(SLUG))
    name: Mapped[str] = mapped_column(String(WORDS))
    kind: Mapped[str] = mapped_column(String(32), index=True)
    website: Mapped[str] = mapped_column(String(WORDS))
    description: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Utc)
    revision: Mapped[int] = mapped_column(default=1)

    vendor: Mapped[Vendor] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own way


class ProductVersion(Base):
    """A version of a product, as its vendor calls it."""

    __tablename__ = "product_versions"
    __table_args__ = (UniqueConstraint("product_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    name: Mapped[str] = mapped_column(String(WORDS))
    released: Mapped[date | None]
    added_at: Mapped[datetime] = mapped_column(Utc)
    revision: Mapped[int] = mapped_column(default=1)

    product: Mapped[Product] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own way


class RunsVersion(Base):
    """That a cloud runs a version of a product; one cloud runs one.

    It counts while whoever holds the cloud belongs to the product's vendor: see
    `products.queries`. So a cloud that is given to another account takes its results along, and
    leaves the product behind.
    """

    __tablename__ = "runs_version"

    cloud_id: Mapped[int] = mapped_column(ForeignKey("clouds.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("product_versions.id"), index=True)
    linked_at: Mapped[datetime] = mapped_column(Utc)
    linked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))

    cloud: Mapped[Cloud] = relationship()
    version: Mapped[ProductVersion] = relationship()
