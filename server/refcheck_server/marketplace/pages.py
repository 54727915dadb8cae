"""What the published page and document of a cloud show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refcheck.claim.statement import as_text, digest
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.marketplace.filters import Filter, offered
from refcheck_server.marketplace.matrix import Matrix, capability_filters, matrix
from refcheck_server.marketplace.models import IssuedClaim
from refcheck_server.paging import Page
from refcheck_server.publication.clouds import CloudCard, HistoryRow, card
from refcheck_server.publication.marks import Standing
from refcheck_server.publication.programs import ProgramView, program
from refcheck_server.publication.wording import guideline_of, highest
from refcheck_server.results.models import Cloud, StoredResult, StoredVerdict, documents_of

VERDICT = Filter(
    "verdict",
    "Verdict",
    {
        "good": "a mark",
        "part": "no mark, though capabilities hold",
        "open": "not decided",
        "bad": "does not qualify",
    },
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A standing verdict and the claim that may be made of it, if any.

    Attributes:
        verdict_sha256: digest of its canonical bytes.
    """

    verdict: StoredVerdict
    verdict_sha256: str
    view: ProgramView
    guideline: str
    claim: IssuedClaim | None


@dataclass(frozen=True, slots=True)
class CloudPage:
    """A cloud, for its page.

    Attributes:
        shown: one per program, in the order they were judged.
        best: the claim that says most; None when nothing may be claimed.
    """

    card: CloudCard
    shown: tuple[Shown, ...]
    best: IssuedClaim | None
    matrices: tuple[Matrix, ...]
    history: tuple[HistoryRow, ...]
    results: Page[StoredResult]

    @property
    def capabilities(self) -> int:
        """How many lines its matrices have."""
        return sum(len(one.rows) for one in self.matrices)

    @property
    def capability_filters(self) -> tuple[Filter, ...]:
        """What its capabilities are filtered by."""
        return capability_filters(self.matrices)

    @property
    def history_filters(self) -> tuple[Filter, ...]:
        """What its results are filtered by."""
        return offered([VERDICT], ({row.said.tone} for row in self.history))


def newest(claims: Sequence[IssuedClaim]) -> IssuedClaim | None:
    """The claim that counts among several in force: the last one issued."""
    return claims[-1] if claims else None


def best_claim(
    verdicts: Sequence[StoredVerdict], claims: Mapping[str, IssuedClaim]
) -> IssuedClaim | None:
    """The claim of the verdict that says most, among those that may be claimed."""
    found = highest(verdict for verdict in verdicts if verdict.target in claims)
    return None if found is None else claims[found.target]


def cloud_page(
    cloud: Cloud,
    standing: Standing[StoredVerdict],
    claims: Mapping[str, IssuedClaim],
    guidelines: GuidelineShelf,
    past: tuple[tuple[HistoryRow, ...], Page[StoredResult]],
) -> CloudPage:
    """Everything that the page of a cloud shows.

    Args:
        cloud: the cloud.
        standing: what stands for it; the verdicts with documents.
        claims: those in force, by program.
        guidelines: for descriptions.
        past: its newest results, and the page of the list that they are.
    """
    verdicts = standing.verdicts
    texts = documents_of(verdicts)
    documents = [json.loads(text) for text in texts]
    return CloudPage(
        card=card(cloud, standing),
        shown=tuple(
            Shown(
                verdict,
                digest(text),
                program(verdict, document),
                guideline_of(verdict),
                claims.get(verdict.target),
            )
            for verdict, text, document in zip(verdicts, texts, documents, strict=True)
        ),
        best=best_claim(verdicts, claims),
        matrices=_matrices(zip(verdicts, documents, strict=True), guidelines),
        history=past[0],
        results=past[1],
    )


def _matrices(
    verdicts: Iterable[tuple[StoredVerdict, Mapping[str, Any]]], guidelines: GuidelineShelf
) -> tuple[Matrix, ...]:
    by_guideline: dict[str, list[tuple[StoredVerdict, Mapping[str, Any]]]] = {}
    for verdict, document in verdicts:
        by_guideline.setdefault(verdict.guideline_sha256, []).append((verdict, document))
    return tuple(matrix(some, guidelines) for some in by_guideline.values())


def cloud_document(page: CloudPage) -> dict[str, Any]:
    """The same for programs."""
    return {
        "digest": page.card.digest,
        "name": page.card.name,
        "holder": page.card.holder,
        "first_seen": as_text(page.card.first_seen),
        "mark": page.card.mark and page.card.mark.to_json(),
        "standing": [
            {
                "target": one.verdict.target,
                "title": one.verdict.title,
                "guideline": {
                    "id": one.verdict.guideline_id,
                    "sha256": one.verdict.guideline_sha256,
                },
                "says": one.view.said.headline,
                "qualifies": one.verdict.qualifies,
                "capability_rule": one.verdict.capability_rule,
                "designated_code_rule": one.verdict.designated_code_rule,
                "mark": one.verdict.mark,
                "verdict_sha256": one.verdict_sha256,
                "result": one.verdict.result_id,
                "run_ended": as_text(one.verdict.result.ended),
                "claim": None if one.claim is None else claim_document(one.claim),
            }
            for one in page.shown
        ],
    }


def claim_document(claim: IssuedClaim) -> dict[str, Any]:
    """A claim, for programs; what counts is the signed document beside it."""
    return {
        "file": claim_file(claim.target),
        "sha256": claim.sha256,
        "mark": claim.mark,
        "wording": claim.wording,
        "issued": as_text(claim.issued_at),
        "expires": as_text(claim.expires_at),
    }


def claim_file(target: str) -> str:
    """The name of a claim's file, beside the page of its cloud."""
    return f"{target}.claim.json"


def badge_file(target: str) -> str:
    """The name of a claim's badge, beside the page of its cloud."""
    return f"{target}.badge.svg"
