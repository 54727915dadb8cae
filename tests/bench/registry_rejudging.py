"""Judging 100,000 stored results anew: all different, and all the same."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from refcheck_server.results.models import StoredResult
from refcheck_server.results.rejudging import rejudge
from refcheck_server.results.suites import pack_outcomes
from sqlalchemy import select, text, update

from refcheck.result.outcome import Outcome
from refcheck.verdict.seen import outcomes_sha256
from tests.bench.registry_rows import fill
from tests.bench.registry_setup import calibration, registry_at, sqlite_in
from tests.server import samples
from tests.server.conftest import Registry

RESULTS = 100_000
LIMIT = 60.0
WORKERS = 2
_AT_ONCE = 2000


def figures(count: int = RESULTS) -> Iterator[str]:
    for different in (True, False):
        with (
            tempfile.TemporaryDirectory(prefix="refcheck-bench-") as folder,
            registry_at(sqlite_in(Path(folder))) as registry,
        ):
            fill(registry, count)
            if different:
                vary(registry)
            with registry.database.engine.begin() as connection:
                connection.execute(text("UPDATE judgements SET engine = 'refcheck-judge/0'"))
            slow = calibration()
            began = time.monotonic()
            done = sum(rejudge(registry.database, at=datetime.now(UTC), workers=WORKERS))
            took = time.monotonic() - began
            here = took * RESULTS / done
            kept = "kept" if here / slow <= LIMIT else "MISSED"
            yield (
                f"{done:,} results judged anew, {'all different' if different else 'all the same'}:"
                f" {took:.1f} s with {WORKERS} processes; {RESULTS:,} in {here:.0f} s here,"
                f" {here / slow:.0f} s on the reference machine; limit {LIMIT:g} s {kept}"
            )


def vary(registry: Registry) -> None:
    """Give each result outcomes of its own: one test in ten, drawn anew, did not pass."""
    made, chance = samples.result(samples.mixed).outcomes, random.Random(1)
    others = [one for one in Outcome if one is not Outcome.PASSED]
    with registry.session() as session:
        ids = session.scalars(select(StoredResult.id)).all()
        for start in range(0, len(ids), _AT_ONCE):
            rows = []
            for result_id in ids[start : start + _AT_ONCE]:
                outcomes = [
                    replace(one, outcome=chance.choice(others), reason="answered 500, expected 202")
                    if chance.random() < 0.1
                    else replace(one, outcome=Outcome.PASSED, reason="")
                    for one in made
                ]
                packed = pack_outcomes(outcomes)
                rows.append(
                    {
                        "id": result_id,
                        "outcomes": packed.outcomes,
                        "outcomes_sha256": outcomes_sha256(outcomes),
                    }
                )
            session.execute(update(StoredResult), rows)
            session.commit()


if __name__ == "__main__":
    for figure in figures(int(sys.argv[1]) if len(sys.argv) > 1 else RESULTS):
        print(figure, flush=True)
