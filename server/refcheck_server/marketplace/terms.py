"""How long what is published holds, and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from refcheck_server.results.standings import RUN_DAYS

CLAIM_DAYS, LIST_DAYS = 90, 14


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a publication.

    Attributes:
        claim: how long a claim holds; it is renewed when half of that is over.
        revocations: how long a revocation list is good; a new one follows at half of that.
        run: how old a run may be for a claim to rest on it.
        address: of the published tree; None if it is not known.
        registry: of this registry's own pages; None if they are not public.
    """

    claim: timedelta = timedelta(days=CLAIM_DAYS)
    revocations: timedelta = timedelta(days=LIST_DAYS)
    run: timedelta = timedelta(days=RUN_DAYS)
    address: str | None = None
    registry: str | None = None
