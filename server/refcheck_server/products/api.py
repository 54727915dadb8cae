"""Reading products, for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.products import queries, representation
from refcheck_server.products.arguments import PRODUCTS, listed_products, visible_product
from refcheck_server.products.models import Product

products_api = Blueprint("products_api", __name__, url_prefix="/api/v1")


PRODUCTS.offer_json(products_api, "/products", Action.BROWSE, listed_products, token=False)


@products_api.get("/vendors/<word:vendor>/products/<word:product>")
@needs(Action.BROWSE)
@describe(Operation(token=False))
def product(vendor: str, product: str) -> dict[str, Any]:
    """One product with its versions and the clouds that run them."""
    return told(visible_product(vendor, product))


def told(found: Product) -> dict[str, Any]:
    """A product with all that belongs to it."""
    session = current_session()
    return representation.product(
        found, queries.versions_of(session, found), queries.clouds_of(session, found)
    )
