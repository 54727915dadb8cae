"""How much longer waits take than they need.

Usage: python -m tests.bench.waits [--workers N] [--service NAME ...] [--boots-in SECONDS]

Runs the suite on refcloud while the databases of its services are read every 20 ms. So it is known
when a server, volume, snapshot or image came into the state that a wait was for, whoever asked for
it and whenever. What a wait needed is the time from its start to that moment; what passed beyond
until it asked the question that was answered with it is overshoot. Waits for something that was
there already need nothing and count in full.

Refcloud has done most things in the time of one answer, so that no number of looks could keep the
limit there. Real clouds boot in half a minute: `--boots-in` shows servers as active so many seconds
after they were asked for, a fifth more or less.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import threading
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from refcheck.refcloud import folders, settings
from refcheck.refcloud.cloud import RefCloud
from tests.bench import waited
from tests.bench.suite_vs_tempest import WITHOUT_COMPUTE, run_refcheck
from tests.faults.faults import Booting
from tests.faults.proxy import Proxy, serving

LIMIT = 0.10
"""Overshoot of all waits together, as a part of what they need."""
_ANSWER = 0.25
"""Seconds that a single wait may take longer, if a tenth is less: about one answer of a busy cloud."""
_EVERY = 0.02
_STATES = {
    "nova_cell1": ("SELECT uuid, vm_state || coalesce(task_state, '') || deleted FROM instances",),
    "cinder": (
        "SELECT id, status || deleted FROM volumes",
        "SELECT id, status || deleted FROM snapshots",
    ),
    "glance": ("SELECT id, status || deleted FROM images",),
}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Watcher(threading.Thread):
    """Notes when something changes in the databases of a cloud."""

    def __init__(self, databases: Path) -> None:
        super().__init__(daemon=True)
        self.changes: dict[str, list[float]] = defaultdict(list)
        self._databases = databases
        self._over = threading.Event()

    def run(self) -> None:
        seen: dict[str, str] = {}
        while not self._over.wait(_EVERY):
            for name, queries in _STATES.items():
                with closing(
                    sqlite3.connect(f"file:{self._databases / name}.sqlite?mode=ro", uri=True)
                ) as one:
                    rows = [row for query in queries for row in one.execute(query)]
                now = time.time()
                for thing, state in rows:
                    if seen.get(thing) != state:
                        seen[thing] = state
                        self.changes[thing].append(now)

    def end(self) -> None:
        self._over.set()
        self.join()


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait, in seconds."""

    kind: str
    needed: float
    took: float
    looks: int


def waits(lines: Iterable[str], changes: dict[str, list[float]]) -> list[Wait]:
    """Those of the waits that were for one thing whose changes are known."""
    found = []
    for note in map(json.loads, lines):
        match = _ID.search(note["what"])
        moments = changes.get(match[0], []) if match else []
        last = bisect_right(moments, note["end"])
        if match and last:
            needed = max(moments[last - 1] - note["start"], 0.0)
            kind = _ID.sub("", note["what"]).strip()
            looks = note["looks"]
            took = max(looks[-1] - note["start"], needed) if looks else needed
            found.append(Wait(kind, needed, took, len(looks)))
    return found


def told(kind: str, some: list[Wait]) -> str:
    needed, took = sum(one.needed for one in some), sum(one.took for one in some)
    over = (took - needed) / needed if needed else float("inf")
    looks = sum(one.looks for one in some) / len(some)
    return (
        f"{kind:<24}{len(some):4} waits{needed:9.2f} s needed{took:9.2f} s taken{over:8.1%} over"
        f"{looks:6.1f} looks each"
    )


@click.command(help=__doc__)
@click.option("--workers", default=2, show_default=True)
@click.option("--service", "services", multiple=True, help="A folder of the suite; all of them.")
@click.option("--boots-in", default=0.0, help="Seconds that a server takes; those of refcloud.")
def main(workers: int, services: tuple[str, ...], boots_in: float) -> None:
    """Measure and print."""
    work = folders.cache_root() / "bench-waits"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    output = work / "waits.jsonl"
    output.touch()
    names = services or (*WITHOUT_COMPUTE, "compute")
    cloud, boots = RefCloud("bench"), Booting(boots_in)
    cloud.up()
    try:
        run_refcheck(cloud, work / "warm", names, 2)
        cloud.reset()
        watcher = Watcher(cloud.home.path / "db")
        watcher.start()
        os.environ |= {waited.OUTPUT: str(output), "PYTHONPATH": str(Path(__file__).parents[2])}
        with serving(Proxy(settings.load(cloud.home).ports, (boots,) if boots_in else ())) as proxy:
            address = proxy.auth_url if boots_in else ""
            run_refcheck(cloud, work / "run", names, workers, waited.__name__, auth_url=address)
        watcher.end()
    finally:
        cloud.down()
    for server_id, moment in boots.active.items():
        watcher.changes[server_id] = sorted([*watcher.changes[server_id], moment])
    measured = waits(output.read_text().splitlines(), watcher.changes)
    for kind in sorted({one.kind for one in measured}):
        print(told(kind, [one for one in measured if one.kind == kind]))
    print(told("all", measured), f" limit {LIMIT:.0%}")
    late = sum(one.took > one.needed + max(_ANSWER, LIMIT * one.needed) for one in measured)
    print(f"{late} of them took a tenth longer than needed, and more than {_ANSWER} s")
    unseen = len(output.read_text().splitlines()) - len(measured)
    print(f"{unseen} waits were for something else: lists, counts, things of other services")


if __name__ == "__main__":
    main()
