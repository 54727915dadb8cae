"""The front page of the tree: every cloud in a line, searched and filtered without a server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from refcheck.claim.statement import as_text
from refcheck_server.marketplace.models import IssuedClaim
from refcheck_server.publication.clouds import CloudCard, card
from refcheck_server.publication.marks import MarkState, Standing
from refcheck_server.results.models import Cloud, StoredVerdict

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
        expires: when its best claim does.
        words: what a search looks in.
    """

    card: CloudCard
    tier: str
    guideline_class: str
    expires: datetime | None
    words: str

    @property
    def classes(self) -> str:
        """What it is filtered by."""
        mark = f"mark-{self.card.mark.state}" if self.card.mark else ""
        return f"tier-{self.tier} {mark} {self.guideline_class}"


def line(cloud: Cloud, standing: Standing[StoredVerdict], best: IssuedClaim | None) -> Line:
    """A cloud in the list."""
    shown = card(cloud, standing)
    tier = "none" if best is None else "mark" if best.mark is not None else "capabilities"
    words = [shown.name, shown.digest, shown.holder, shown.said.headline]
    if shown.best:
        words += [shown.best.title, shown.best.guideline]
    if shown.mark:
        words += [shown.mark.product, shown.mark.title, shown.mark.state]
    return Line(
        card=shown,
        tier=tier,
        guideline_class=_guideline_class(shown.best.guideline) if shown.best else "",
        expires=None if best is None else best.expires_at,
        words=" ".join(words).casefold(),
    )


def _guideline_class(name: str) -> str:
    """A guideline's name in style sheets and ids."""
    return "g-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def filter_rules(guideline_classes: Iterable[str]) -> str:
    """The style sheet that filters the list by what is chosen, without a script."""
    marks, tiers = (f"mark-{one}" for one in MarkState), (f"tier-{tier}" for tier in TIERS)
    chosen = [*tiers, *marks, *guideline_classes]
    return "".join(
        f"main:has(#{one}:checked) .market > li:not(.{one}) {{ display: none; }}\n"
        for one in chosen
    )


def entry(one: Line) -> Mapping[str, Any]:
    """A cloud of the list, for programs."""
    shown = one.card
    return {
        "digest": shown.digest,
        "name": shown.name,
        "holder": shown.holder,
        "tier": one.tier,
        "says": shown.said.headline,
        "mark": shown.mark and shown.mark.state.value,
        "program": shown.best.title if shown.best else "",
        "guideline": shown.best.guideline if shown.best else "",
        "run_ended": shown.best and as_text(shown.best.as_of),
        "expires": one.expires and as_text(one.expires),
        "document": f"clouds/{shown.digest}/cloud.json",
    }
