"""What the registry's requests cost: `python -m tests.bench.registry [RESULTS ...] [--postgresql]`.

Processor time in this process (the database's own too, for SQLite), SQL statements, bytes kept.
`python -m tests.bench.registry_rejudging [RESULTS]` measures judging anew.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from tests.bench.registry_rows import fill
from tests.bench.registry_setup import (
    LIST,
    REFSTACK_BYTES,
    RESULT,
    UPLOAD,
    asking,
    calibration,
    cost,
    counted,
    line,
    registry_at,
    sqlite_in,
)
from tests.server import postgres, samples
from tests.server.conftest import Registry

SIZES = (10, 10_000, 1_000_000)
LISTS = {
    "front page": "/",
    "clouds, JSON": "/api/v1/clouds",
    "clouds of a guideline": "/?guideline=2020.06",
    "clouds of a guideline without any": "/?guideline=2019.11",
    "clouds that qualify (none)": "/?qualifies=yes",
    "clouds that do not": "/?qualifies=no",
    "program, guideline and standing": "/?target=compute&guideline=2020.06&qualifies=no",
    "approved": "/?mark=approved",
    "expired": "/?mark=expired",
    "by name": "/?sort=name",
    "by name, from the end": "/?sort=name&order=desc",
    "search by name": "/?search=cloud+1",
    "search in vain": "/?search=no+such",
}


def spread(test):
    """Outcomes of a real run: one in seven not passed, durations all different."""
    made = samples.mixed(test)
    return replace(made, duration=round(random.Random(test.name).expovariate(0.3), 3))


def differently(number: int):
    """Outcomes of a run with reasons of its own."""

    def outcome(test):
        made = spread(test)
        return replace(made, reason=f"{made.reason}, run {number}") if made.reason else made

    return outcome


def figures(sizes: tuple[int, ...] = SIZES, *, on_postgres: bool = False) -> Iterator[str]:
    yield f"this machine takes {calibration():.2f} times as long as the reference machine"
    with new(on_postgres=on_postgres) as registry:
        yield from uploading(registry)
    for size in sizes:
        with new(on_postgres=on_postgres) as registry:
            began = time.monotonic()
            real = fill(registry, size)
            yield f"{size:,} results ({time.monotonic() - began:.0f} s to write)"
            yield from reading(registry, real)


@contextmanager
def new(*, on_postgres: bool) -> Iterator[Registry]:
    """A registry on an empty database."""
    if on_postgres:
        with (
            postgres.running() as server,
            postgres.database(server) as address,
            registry_at(address) as made,
        ):
            yield made
    else:
        with (
            tempfile.TemporaryDirectory(prefix="refcheck-bench-") as folder,
            registry_at(sqlite_in(Path(folder))) as made,
        ):
            yield made


def uploading(registry: Registry) -> Iterator[str]:
    """Results of one cloud, one after the other: with the same outcomes, and with others each time."""
    kinds = {"as before": lambda _: spread, "as never before": differently}
    for what, outcome in kinds.items():
        made = [samples.result(outcome(n), run_id=f"{what} {n}") for n in range(70)]
        bodies = [samples.envelope(one, registry.example.signer) for one in made]
        sending = iter([asking(registry, "/api/v1/results", body) for body in bodies])
        for _ in range(9):
            assert next(sending)() == 201
        with counted(registry) as seen:
            assert next(sending)() == 201
        found = cost(lambda sending=sending: next(sending)())
        yield line(f"upload, 287 tests, outcomes {what}", found, len(seen), UPLOAD)
    with registry.database.engine.connect() as connection:
        envelope, outcomes = connection.execute(
            text("SELECT avg(length(packed_envelope)), avg(length(outcomes)) FROM results")
        ).one()
        verdicts = connection.scalar(text("SELECT avg(length(documents)) FROM judgements"))
    total = envelope + outcomes + verdicts
    yield (
        f"kept of it: envelope {envelope:,.0f} + outcomes {outcomes:,.0f} + verdicts"
        f" {verdicts:,.0f} = {total:,.0f} bytes, {total / REFSTACK_BYTES:.1%} of RefStack's;"
        f" limit 5,120 {'kept' if total <= 5120 else 'MISSED'}"
    )


def reading(registry: Registry, real: str) -> Iterator[str]:
    """Lists and pages, as they are with so many rows."""
    addresses = {name: (address, LIST) for name, address in LISTS.items()}
    after = registry.client.get("/api/v1/clouds").get_json()["next"]
    if after is not None:
        addresses["the page after it"] = (f"/?after={after}", LIST)
    some = registry.client.get("/api/v1/clouds").get_json()["clouds"][-1]["digest"]
    addresses["a cloud"] = (f"/clouds/{some}", LIST)
    addresses["a cloud, other runs"] = (f"/clouds/{some}?target=compute&sort=ended", LIST)
    addresses["a result"] = (f"/results/{real}", RESULT)
    for name, (address, limit) in addresses.items():
        with counted(registry) as seen:
            assert asking(registry, address)() == 200, address
        found = cost(asking(registry, address))
        yield line(f"  {name}", found, len(seen), limit)


if __name__ == "__main__":
    chosen = tuple(int(one) for one in sys.argv[1:] if one.isdigit()) or SIZES
    for figure in figures(chosen, on_postgres="--postgresql" in sys.argv):
        print(figure, flush=True)
