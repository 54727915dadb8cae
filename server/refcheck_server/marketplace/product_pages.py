"""What the published page and document of a product show: what it may carry, and what it could."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from refcheck.claim.statement import as_text
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.marketplace.filters import Filter, offered
from refcheck_server.marketplace.matrix import Matrix, capability_filters, matrix
from refcheck_server.marketplace.models import IssuedClaim
from refcheck_server.marketplace.pages import claim_file, newest
from refcheck_server.marketplace.queries import Claims
from refcheck_server.marketplace.take_away import Rows, matrix_rows
from refcheck_server.products.models import Product
from refcheck_server.publication.programs import ProgramView, program
from refcheck_server.results.models import StoredVerdict
from refcheck_server.review.models import Application
from refcheck_server.review.states import State

NOW = Filter(
    "now", "Now", {"holds": "holds", "silent": "does not count at present", "ended": "has ended"}
)


@dataclass(frozen=True, slots=True)
class Carried:
    """An application that was published.

    Attributes:
        speaks: it does so now; what does not is history.
        claim: the signed claim that rests on it, if one is in force.
        why: it speaks no more, if it ended.
    """

    application: Application
    verdict: StoredVerdict
    speaks: bool
    claim: IssuedClaim | None
    why: str | None

    @property
    def folder(self) -> str:
        """Of its cloud, where claim and badge are."""
        return f"clouds/{self.verdict.result.cloud.digest}"

    @property
    def state(self) -> str:
        """What has become of it: a choice of `NOW`."""
        if self.speaks:
            return "holds"
        return "silent" if self.application.state == State.PUBLISHED else "ended"


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product, for its page; `carried` are all applications, newest first."""

    product: Product
    carried: tuple[Carried, ...]

    @property
    def folder(self) -> str:
        """Where its page is in the tree."""
        return f"products/{self.product.vendor.slug}/{self.product.slug}"

    @property
    def now(self) -> tuple[Carried, ...]:
        """What it may carry now."""
        return tuple(one for one in self.carried if one.speaks)

    @property
    def expires(self) -> datetime | None:
        """When what it may carry longest ends."""
        ends = (one.application.expires_at for one in self.now)
        return max((end for end in ends if end is not None), default=None)

    @property
    def history_filters(self) -> tuple[Filter, ...]:
        """What its applications are filtered by."""
        return offered([NOW], ({one.state} for one in self.carried))

    @property
    def made_from(self) -> list[Any]:
        """All that the page is made from."""
        product = self.product
        return [
            product.name, product.vendor.name, product.kind, product.website, product.description,
            [
                (
                    one.application.id, one.application.state, one.application.version.name,
                    one.verdict.id, one.speaks, one.claim and one.claim.sha256,
                )
                for one in self.carried
            ],
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """What a product may carry now, in full."""

    carried: Carried
    view: ProgramView
    matrix: Matrix

    @property
    def filters(self) -> tuple[Filter, ...]:
        """What its capabilities are filtered by."""
        return capability_filters([self.matrix])


def product_page(
    applications: Sequence[Application],
    speaking: AbstractSet[int],
    claims: Claims,
    why: Mapping[int, str],
) -> ProductPage:
    """The page of a product from its applications that were ever published, newest first.

    `why` says by published verdict why those that ended speak no more.
    """
    return ProductPage(
        applications[0].version.product,
        tuple(_carried(one, speaking, claims, why) for one in applications),
    )


def _carried(
    one: Application, speaking: AbstractSet[int], claims: Claims, why: Mapping[int, str]
) -> Carried:
    verdict = one.published_verdict
    assert verdict is not None  # noqa: S101 - it was published
    claim = newest(claims.get((verdict.result.cloud_id, verdict.target), ()))
    own = claim is not None and claim.verdict_id == verdict.id
    return Carried(one, verdict, one.id in speaking, claim if own else None, why.get(verdict.id))


def parts(page: ProductPage, guidelines: GuidelineShelf) -> tuple[Part, ...]:
    """What a product may carry now; the verdicts are read with their documents."""
    return tuple(_part(one, guidelines) for one in page.now)


def _part(one: Carried, guidelines: GuidelineShelf) -> Part:
    document = json.loads(one.verdict.document)
    return Part(one, program(one.verdict, document), matrix([(one.verdict, document)], guidelines))


def held_rows(part: Part) -> Rows:
    """Which capability holds, by version."""
    return matrix_rows(part.matrix, version=part.carried.application.version.name)


def product_document(page: ProductPage) -> dict[str, Any]:
    """The same with all that was published of it."""
    return {**product_facts(page.product), "applications": [_document(one) for one in page.carried]}


def product_facts(product: Product) -> dict[str, Any]:
    """What a product is, for programs."""
    return {
        "vendor": {"slug": product.vendor.slug, "name": product.vendor.name},
        "slug": product.slug,
        "name": product.name,
        "kind": product.kind,
    }


def _document(one: Carried) -> dict[str, Any]:
    verdict = one.verdict
    return {
        "number": one.application.id,
        "version": one.application.version.name,
        "target": verdict.target,
        "title": verdict.title,
        "guideline": verdict.guideline_id,
        "mark": verdict.mark,
        "state": one.application.state,
        "speaks": one.speaks,
        "why": one.why,
        "published": as_text(verdict.judged_at),
        "expires": one.application.expires_at and as_text(one.application.expires_at),
        "cloud": verdict.result.cloud.digest,
        "claim": one.claim and f"{one.folder}/{claim_file(verdict.target)}",
    }
