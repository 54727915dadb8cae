"""A claim as a registry would sign it, and the list that goes with it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from refcheck.claim.claim import Badge, Claim
from refcheck.claim.revocations import Revocation, Revocations

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
CLOUD = hashlib.sha256(b"a cloud").hexdigest()


def claim(**changes) -> Claim:
    made = Claim(
        cloud=CLOUD,
        name="Example Cloud, Falun",
        target="compute",
        title="OpenStack Powered Compute",
        guideline_id="2020.06",
        guideline_status="approved",
        guideline_sha256="1" * 64,
        verdict_sha256="2" * 64,
        result_sha256="3" * 64,
        ended=NOW - timedelta(days=3),
        mark="OpenStack Powered Compute",
        wording="OpenStack Powered Compute, shown under guideline 2020.06.",
        badge=Badge("OpenStack 2020.06", "Powered Compute", "good"),
        issued=NOW - timedelta(days=1),
        expires=NOW + timedelta(days=89),
        registry=None,
        revocations=4,
    )
    return replace(made, **changes)


def revocations(*claims: str, **changes) -> Revocations:
    made = Revocations(
        number=5,
        issued=NOW - timedelta(hours=1),
        expires=NOW + timedelta(days=14),
        revoked=tuple(
            Revocation(one, NOW - timedelta(hours=2), "the cloud has changed") for one in claims
        ),
    )
    return replace(made, **changes)
