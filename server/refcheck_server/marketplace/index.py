"""The front page of the tree: every cloud in a line, searched and filtered without a server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from refcheck.claim.statement import as_text
from refcheck_server.marketplace.models import IssuedClaim
from refcheck_server.publication.clouds import cloud_name
from refcheck_server.publication.marks import Mark, MarkState, Standing
from refcheck_server.publication.wording import Statement, guideline_of, highest, statement
from refcheck_server.results.models import Cloud

TIERS = {
    "mark": "holds a mark",
    "capabilities": "capabilities held",
    "none": "nothing to claim yet",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A cloud in the list.

    Attributes:
        tier: one of `TIERS`.
        guideline_class: name of its guideline as a class of the style sheet.
        mark_class: what became of its mark, as a class too.
        words: what a search looks in.
    """

    name: str
    digest: str
    holder: str
    said: Statement
    title: str
    guideline: str
    guideline_class: str
    tier: str
    mark: Mark | None
    mark_class: str
    ended: datetime | None
    expires: datetime | None
    words: str


def line(cloud: Cloud, standing: Standing, best: IssuedClaim | None) -> Line:
    """A cloud in the list."""
    verdict, mark = highest(standing.verdicts), standing.mark
    said = statement(verdict)
    tier = "none" if best is None else "mark" if best.mark is not None else "capabilities"
    guideline = "" if verdict is None else guideline_of(verdict)
    title = "" if verdict is None else verdict.title
    name = cloud_name(cloud)
    words = [name, cloud.digest, cloud.holder.name, title, guideline, said.headline]
    words += [mark.product, mark.title, mark.state] if mark else []
    return Line(
        name=name,
        digest=cloud.digest,
        holder=cloud.holder.name,
        said=said,
        title=title,
        guideline=guideline,
        guideline_class="" if verdict is None else guideline_class(verdict.guideline_id),
        tier=tier,
        mark=mark,
        mark_class=f"mark-{mark.state}" if mark else "",
        ended=None if verdict is None else verdict.result.ended,
        expires=None if best is None else best.expires_at,
        words=" ".join(words).casefold(),
    )


def guideline_class(guideline_id: str) -> str:
    """A guideline's name in style sheets and ids."""
    return "g-" + re.sub(r"[^a-z0-9]+", "-", guideline_id.lower())


def filter_rules(guideline_classes: Iterable[str]) -> str:
    """The style sheet that filters the list by what is chosen, without a script."""
    marks, tiers = (f"mark-{one}" for one in MarkState), (f"tier-{tier}" for tier in TIERS)
    chosen = [*tiers, *marks, *guideline_classes]
    return "".join(
        f"main:has(#{one}:checked) .market > li:not(.{one}) {{ display: none; }}\n"
        for one in chosen
    )


def index_document(lines: Iterable[Line]) -> Mapping[str, Any]:
    """The list for programs."""
    return {
        "clouds": [
            {
                "digest": one.digest,
                "name": one.name,
                "holder": one.holder,
                "tier": one.tier,
                "says": one.said.headline,
                "mark": one.mark and one.mark.state.value,
                "program": one.title,
                "guideline": one.guideline,
                "run_ended": None if one.ended is None else as_text(one.ended),
                "expires": None if one.expires is None else as_text(one.expires),
                "document": f"clouds/{one.digest}/cloud.json",
            }
            for one in lines
        ]
    }
