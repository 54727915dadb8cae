"""Products as the interface of programs gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from refcheck_server.context import public_url
from refcheck_server.products.models import Product, ProductVersion
from refcheck_server.results.models import Cloud


def row(product: Product) -> dict[str, Any]:
    """A product without its versions."""
    names = {"vendor": product.vendor.slug, "product": product.slug}
    return {
        "slug": product.slug,
        "name": product.name,
        "vendor": {"slug": product.vendor.slug, "name": product.vendor.name},
        "kind": product.kind,
        "website": product.website,
        "description": product.description,
        "revision": product.revision,
        "url": public_url("products.product", **names),
        "api_url": public_url("products_api.product", **names),
    }


def product(
    found: Product,
    versions: Iterable[ProductVersion],
    clouds: Mapping[int, tuple[Cloud, ...]],
) -> dict[str, Any]:
    """A product with its versions and the clouds that run them."""
    return {
        **row(found),
        "versions": [version(one, clouds.get(one.id, ())) for one in versions],
    }


def version(found: ProductVersion, clouds: Iterable[Cloud]) -> dict[str, Any]:
    """A version with the clouds that run it."""
    return {
        "id": found.id,
        "name": found.name,
        "released": found.released and found.released.isoformat(),
        "revision": found.revision,
        "clouds": [
            {
                "digest": one.digest,
                "label": one.label,
                "url": public_url("pages.cloud", digest=one.digest),
            }
            for one in clouds
        ],
    }
