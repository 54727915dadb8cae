"""The list of products that carry a mark by an application, or did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from refcheck.claim.statement import as_text
from refcheck_server.marketplace.filters import Filter, css_class, offered
from refcheck_server.marketplace.product_pages import ProductPage, product_facts
from refcheck_server.products.models import ProductKind
from refcheck_server.publication.wording import guideline_of

_MARK, _NO_MARK = "carries-mark", "carries-none"
_of_kind, _of_program, _of_guideline = (
    partial(css_class, kind) for kind in ("kind", "program", "guideline")
)


def by_name(products: Iterable[ProductPage]) -> list[ProductPage]:
    """Products in the order of the list."""
    return sorted(products, key=lambda one: (one.product.name.casefold(), one.folder))


def classes(one: ProductPage) -> frozenset[str]:
    """What a product is filtered by."""
    found = {_of_kind(one.product.kind), _MARK if one.now else _NO_MARK}
    for carried in one.now:
        found |= {
            _of_program(carried.verdict.target),
            _of_guideline(guideline_of(carried.verdict)),
        }
    return frozenset(found)


def filters(products: Sequence[ProductPage]) -> tuple[Filter, ...]:
    """What these products are filtered by."""
    verdicts = [carried.verdict for one in products for carried in one.now]
    programs = sorted({(one.title, one.target) for one in verdicts})
    guidelines = sorted({guideline_of(one) for one in verdicts})
    every = (
        Filter("kind", "Kind", {_of_kind(kind): kind.value for kind in ProductKind}),
        Filter("carries", "Mark", {_MARK: "carries one", _NO_MARK: "none at present"}),
        Filter("program", "Program", {_of_program(target): title for title, target in programs}),
        Filter("guideline", "Guideline", {_of_guideline(name): name for name in guidelines}),
    )
    return offered(every, map(classes, products))


def row(one: ProductPage) -> Mapping[str, Any]:
    """A product of the list, for programs."""
    return {
        **product_facts(one.product),
        "marks": [carried.verdict.mark or carried.verdict.title for carried in one.now],
        "expires": one.expires and as_text(one.expires),
        "document": f"{one.folder}/product.json",
    }
