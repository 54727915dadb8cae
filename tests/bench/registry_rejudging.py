"""Judging 100,000 stored results anew: all the same, as of clouds that are run nightly, all different.

Seconds are processor time of all processes, shared out to two cores: what it takes on a machine
with nothing else to do.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from refcheck_server.results.models import StoredResult
from refcheck_server.results.rejudging import rejudge
from refcheck_server.results.suites import pack_outcomes
from sqlalchemy import select, text, update

from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.seen import Seen
from tests.bench.measuring import spent
from tests.bench.registry_rows import fill
from tests.bench.registry_setup import calibration, registry_at, sqlite_in
from tests.server import samples
from tests.server.conftest import Registry

RESULTS = 100_000
LIMIT = 60.0
WORKERS = 2
_AT_ONCE = 2000
_OTHERS = [one for one in Outcome if one is not Outcome.PASSED]


def figures(count: int = RESULTS) -> Iterator[str]:
    for what, outcomes_of in KINDS.items():
        with (
            tempfile.TemporaryDirectory(prefix="refcheck-bench-") as folder,
            registry_at(sqlite_in(Path(folder))) as registry,
        ):
            fill(registry, count)
            if outcomes_of is not None:
                vary(registry, outcomes_of)
            with registry.database.engine.begin() as connection:
                connection.execute(text("UPDATE judgements SET engine = 'refcheck-judge/0'"))
            slow, began, clock = calibration(), spent(), time.monotonic()
            done = sum(rejudge(registry.database, at=datetime.now(UTC), workers=WORKERS))
            clock, here = time.monotonic() - clock, (spent() - began) / WORKERS
            slow = (slow + calibration()) / 2
            there = here * RESULTS / done / slow
            yield (
                f"{done:,} results judged anew, {what}: {clock:.1f} s on the clock,"
                f" {here:.1f} s of {WORKERS} cores; {RESULTS:,} in {there:.0f} s on the reference"
                f" machine; limit {LIMIT:g} s {'kept' if there <= LIMIT else 'MISSED'}"
            )


def failing(chance: random.Random, share: float, reason: str) -> list[TestOutcome]:
    """A run of which a share of the tests, drawn anew, did not pass."""
    return [
        replace(one, outcome=chance.choice(_OTHERS), reason=f"{reason} {chance.random()}")
        if chance.random() < share
        else one
        for one in PASSED
    ]


def nightly(chance: random.Random, cloud: int) -> list[TestOutcome]:
    """What always fails in that cloud, for the same reasons; in each third run something more."""
    outcomes = failing(random.Random(cloud), 0.1, "answered 500, expected 202:")
    if chance.random() < 1 / 3:
        place = chance.randrange(len(outcomes))
        reason = f"server {chance.random()} went to ERROR"
        outcomes[place] = replace(outcomes[place], outcome=Outcome.FAILED, reason=reason)
    return outcomes


PASSED = samples.result(samples.passed).outcomes
KINDS: dict[str, Callable[[random.Random, int], list[TestOutcome]] | None] = {
    "all the same": None,
    "ten runs of each cloud": nightly,
    "all different, with reasons of their own": lambda chance, _: failing(chance, 0.1, "why:"),
}


def vary(
    registry: Registry, outcomes_of: Callable[[random.Random, int], list[TestOutcome]]
) -> None:
    """Give each result outcomes of its own."""
    chance = random.Random(1)
    with registry.session() as session:
        results = session.execute(select(StoredResult.id, StoredResult.cloud_id)).all()
        for start in range(0, len(results), _AT_ONCE):
            rows = []
            for result_id, cloud_id in results[start : start + _AT_ONCE]:
                outcomes = Seen.of(outcomes_of(chance, cloud_id))
                rows.append(
                    {
                        "id": result_id,
                        "outcomes": pack_outcomes(outcomes).outcomes,
                        "outcomes_sha256": outcomes.sha256,
                    }
                )
            session.execute(update(StoredResult), rows)
            session.commit()


if __name__ == "__main__":
    for figure in figures(int(sys.argv[1]) if len(sys.argv) > 1 else RESULTS):
        print(figure, flush=True)
