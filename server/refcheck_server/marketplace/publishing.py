"""Publishing: sign what may be claimed, then write the tree, of new files only what has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck.claim.badge import draw_claim
from refcheck.claim.claim import read_claim
from refcheck.claim.revocations import FILE as REVOCATIONS
from refcheck.guideline import library
from refcheck_server.audit.checkpoints import sign_checkpoint
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.marketplace import (
    feeds,
    filters,
    guideline_list,
    index,
    pages,
    product_list,
    product_pages,
    queries,
    rendering,
    take_away,
)
from refcheck_server.marketplace.guideline_pages import STATUS, guideline_page
from refcheck_server.marketplace.issuing import Issuer, align
from refcheck_server.marketplace.matrix import HELD
from refcheck_server.marketplace.models import IssuedClaim, RevocationList
from refcheck_server.marketplace.revoking import current_list, newest_number
from refcheck_server.marketplace.terms import Terms
from refcheck_server.marketplace.tree import NewTree, publishing
from refcheck_server.publication.clouds import history
from refcheck_server.publication.marks import Standing
from refcheck_server.publication.wording import highest, plain_badge
from refcheck_server.results.models import Cloud, StoredVerdict
from refcheck_server.results.queries import newest_results, verdicts_of
from refcheck_server.review.models import Application
from refcheck_server.review.speaking import ever_published, speaks, why_silent

_MADE_FROM = "made-from.json"
_OF_TABLES = (HELD, STATUS, pages.VERDICT, product_pages.NOW)
Claims = Mapping[str, IssuedClaim]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a publication did.

    Attributes:
        clouds, claims: how many are published.
        files, written: how many there are, and how many of them are new.
        revocations: number of the list.
    """

    clouds: int
    claims: int
    files: int
    written: int
    revocations: int


def publish(
    session: Session,
    target: Path,
    signer: CryptoSigner,
    terms: Terms,
    *,
    now: datetime,
    whole: bool = False,
) -> Outcome:
    """Sign what may be claimed now, and let the folder hold all of it; commits the session.

    Args:
        session: on the registry's database.
        target: the folder that readers know.
        signer: with the registry's key.
        terms: how long what is signed holds, and where it will be.
        now: the time of the publication.
        whole: make every file anew.

    Raises:
        PublicationFault: nothing can be published to that folder.
    """
    with publishing(target, signer, whole=whole, now=now) as tree:
        standings = queries.all_standings(session, now=now)
        guidelines = GuidelineShelf()
        number = newest_number(session)
        align(session, standings, Issuer(signer, terms, guidelines, now, number))
        revocations = current_list(session, signer, terms, now=now)
        publication = _Publication(session, tree, signer, terms, guidelines, now)
        publication.write(standings, revocations)
        session.commit()
        claims = publication.claims
    return Outcome(len(standings), claims, len(tree.files), tree.written, revocations.number)


@dataclass
class _Publication:
    """One publication under way."""

    session: Session
    tree: NewTree
    signer: CryptoSigner
    terms: Terms
    guidelines: GuidelineShelf
    now: datetime
    claims: int = 0

    def __post_init__(self) -> None:
        self._before: Mapping[str, str] = json.loads(self.tree.old_text(_MADE_FROM) or b"{}")
        self._made_from: dict[str, str] = {}
        self._maker = rendering.maker()

    def write(self, standings: queries.Standings, revocations: RevocationList) -> None:
        """Every file of the tree but its index."""
        live = queries.live_claims(self.session, self.now)
        judged = queries.last_judgements(self.session)
        lines = []
        for cloud, standing in standings:
            claims = {
                verdict.target: found
                for verdict in standing.verdicts
                if (found := pages.newest(live.get((cloud.id, verdict.target), ()))) is not None
            }
            self.claims += len(claims)
            best = pages.best_claim(standing.verdicts, claims)
            lines.append(index.line(cloud, standing, best))
            self._cloud(cloud, standing, claims, judged.get(cloud.id))
        self._product_pages(live)
        self._guideline_pages()
        self._index(lines)
        self._feeds(revocations)
        self.tree.put(_MADE_FROM, _json(self._made_from))

    def _cloud(
        self, cloud: Cloud, standing: Standing[StoredVerdict], claims: Claims, judgement: int | None
    ) -> None:
        verdicts, mark = standing.verdicts, standing.mark
        folder = f"clouds/{cloud.digest}"
        inputs = (
            cloud.label,
            cloud.holder.name,
            str(cloud.latest_at),
            judgement,
            [verdict.id for verdict in verdicts],
            [claim.sha256 for claim in claims.values()],
            mark and (mark.title, mark.product, mark.state, str(mark.when)),
            self.terms.registry,
            self.terms.address,
        )
        if self._is_as_before(folder, inputs):
            return
        queries.with_documents(self.session, verdicts)
        past = newest_results(self.session, cloud)
        rows = history(past.rows, verdicts_of(self.session, past.rows))
        page = pages.cloud_page(cloud, standing, claims, self.guidelines, (rows, past))
        shown = rendering.page(
            "cloud.html",
            root="../../",
            page=page,
            registry=self.terms.registry,
            address=self.terms.address,
            claim_file=pages.claim_file,
            badge_file=pages.badge_file,
        )
        self.tree.put(f"{folder}/index.html", shown)
        self.tree.put(f"{folder}/cloud.json", _json(pages.cloud_document(page)))
        take_away.HISTORY.put(self.tree, f"{folder}/", take_away.history_rows(page.history))
        held = (row for one in page.matrices for row in take_away.matrix_rows(one))
        take_away.CAPABILITIES.put(self.tree, f"{folder}/", held)
        badge = plain_badge(highest(verdicts)).encode()
        for target, claim in claims.items():
            signed = read_claim(
                claim.envelope.encode(), [self.signer.public_key], where=claim.sha256
            )
            own = draw_claim(signed)
            self.tree.put(f"{folder}/{pages.claim_file(target)}", signed.envelope)
            self.tree.put(f"{folder}/{pages.badge_file(target)}", own)
            badge = own if claim is page.best else badge
        self.tree.put(f"{folder}/badge.svg", badge)

    def _is_as_before(self, folder: str, inputs: Any) -> bool:
        """Whether a folder is made from what it was made from before, and could be taken over."""
        made_from = hashlib.sha256(json.dumps([self._maker, inputs]).encode()).hexdigest()
        self._made_from[folder] = made_from
        return self._before.get(folder) == made_from and self.tree.keep(folder)

    def _product_pages(self, live: queries.Claims) -> None:
        """A page for every product that carries a mark by an application, or did."""
        speaking = speaks(self.session, now=self.now)
        why = why_silent(self.session, select(Application.published_verdict_id))
        shown = product_list.by_name(
            product_pages.product_page(applications, speaking, live, why)
            for applications in ever_published(self.session).values()
        )
        self._product_list(shown)
        for product in shown:
            if self._is_as_before(product.folder, [product.made_from, self.terms.registry]):
                continue
            queries.with_documents(self.session, [one.verdict for one in product.carried])
            parts = product_pages.parts(product, self.guidelines)
            page = rendering.page(
                "product.html",
                root="../../../",
                page=product,
                parts=parts,
                claim_file=pages.claim_file,
                badge_file=pages.badge_file,
                registry=self.terms.registry,
            )
            self.tree.put(f"{product.folder}/index.html", page)
            document = product_pages.product_document(product)
            self.tree.put(f"{product.folder}/product.json", _json(document))
            there = f"{product.folder}/"
            take_away.APPLICATIONS.put(self.tree, there, document["applications"])
            held = (row for one in parts for row in product_pages.held_rows(one))
            take_away.CAPABILITIES_OF_VERSIONS.put(self.tree, there, held)

    def _product_list(self, products: Sequence[product_pages.ProductPage]) -> None:
        """Before the pages of the products, whose folders are in its own."""
        if self._is_as_before("products", [[one.folder, one.made_from] for one in products]):
            return
        take_away.PRODUCTS.put(self.tree, "products/", map(product_list.row, products))
        chosen, classes = product_list.filters(products), product_list.classes
        self._list("products", chosen, products=products, classes=classes)

    def _guideline_pages(self) -> None:
        """A page for every guideline that this registry judges by."""
        digests = {one: hashlib.sha256(library.document(one)).hexdigest() for one in library.ids()}
        self._guideline_list(digests)
        for guideline_id, sha256 in digests.items():
            folder = f"guidelines/{guideline_id}"
            if not self._is_as_before(folder, sha256):
                shown = guideline_page(library.load(guideline_id))
                made = rendering.page("guideline.html", root="../../", page=shown)
                self.tree.put(f"{folder}/index.html", made)
                asked = take_away.guideline_rows(shown)
                take_away.CAPABILITIES_OF_COMPONENTS.put(self.tree, f"{folder}/", asked)

    def _guideline_list(self, digests: Mapping[str, str]) -> None:
        """Before the pages of the guidelines, whose folders are in its own."""
        if self._is_as_before("guidelines", digests):
            return
        guidelines = [library.load(one) for one in digests]
        take_away.GUIDELINES.put(self.tree, "guidelines/", map(guideline_list.row, guidelines))
        chosen, classes = guideline_list.filters(guidelines), guideline_list.classes
        self._list("guidelines", chosen, guidelines=guidelines, classes=classes)

    def _list(self, folder: str, chosen: Sequence[filters.Filter], **shown: object) -> None:
        """The page of a list in a folder of its own, with the style sheet that filters it."""
        made = rendering.page(f"{folder}.html", root="../", filters=chosen, **shown)
        self.tree.put(f"{folder}/index.html", made)
        self.tree.put(f"{folder}/{filters.FILE}", filters.rules(chosen))

    def _index(self, lines: Sequence[index.Line]) -> None:
        chosen = index.filters(lines)
        shown = rendering.page(
            "index.html",
            root="",
            clouds=lines,
            filters=chosen,
            keyid=self.signer.public_key.keyid,
            guideline_count=len(library.ids()),
        )
        self.tree.put("index.html", shown)
        take_away.CLOUDS.put(self.tree, "", map(index.entry, lines))
        self.tree.put(filters.FILE, filters.rules(chosen))
        self.tree.put(f"static/{filters.FILE}", filters.rules(_OF_TABLES))
        for name in rendering.STATIC:
            self.tree.put(f"static/{name}", rendering.static(name))

    def _feeds(self, revocations: RevocationList) -> None:
        key = self.signer.public_key
        feed = feeds.marks_feed(
            queries.latest_news(self.session, feeds.MOST),
            keyid=key.keyid,
            address=self.terms.address,
            began=revocations.issued_at,
        )
        self.tree.put("marks.atom", feed)
        self.tree.put(REVOCATIONS, revocations.envelope.encode())
        self.tree.put("registry.pub", _pem(self.signer))
        checkpoint = sign_checkpoint(self.session, self.signer, now=self.now)
        self.tree.put("audit-checkpoint.json", checkpoint.envelope.encode())


def _pem(signer: CryptoSigner) -> bytes:
    raw = bytes.fromhex(signer.public_key.keyval["public"])
    key = Ed25519PublicKey.from_public_bytes(raw)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _json(document: Any) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"
