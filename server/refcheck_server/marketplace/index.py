"""The front page of the tree: every cloud in a line, searched and filtered without a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from refcheck.claim.statement import as_text
from refcheck_server.marketplace.filters import Filter, css_class, offered
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
        expires: when its best claim does.
    """

    card: CloudCard
    tier: str
    expires: datetime | None

    @property
    def classes(self) -> tuple[str, ...]:
        """What it is filtered by."""
        mark = [_of_mark(self.card.mark.state)] if self.card.mark else []
        guideline = [_of_guideline(self.card.best.guideline)] if self.card.best else []
        return (_of_tier(self.tier), *mark, *guideline)


def line(cloud: Cloud, standing: Standing[StoredVerdict], best: IssuedClaim | None) -> Line:
    """A cloud in the list."""
    return Line(
        card=card(cloud, standing),
        tier="none" if best is None else "mark" if best.mark is not None else "capabilities",
        expires=None if best is None else best.expires_at,
    )


def filters(lines: Sequence[Line]) -> tuple[Filter, ...]:
    """What these clouds are filtered by."""
    guidelines = sorted({one.card.best.guideline for one in lines if one.card.best})
    every = (
        Filter("tier", "Standing", {_of_tier(tier): name for tier, name in TIERS.items()}),
        Filter("mark", "Mark", {_of_mark(state): state.value for state in MarkState}),
        Filter("guideline", "Guideline", {_of_guideline(name): name for name in guidelines}),
    )
    return offered(every, (set(one.classes) for one in lines))


_of_tier, _of_mark, _of_guideline = (
    partial(css_class, kind) for kind in ("tier", "mark", "guideline")
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
