"""In which order tests are run, and by how many workers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from refcheck.cloud import quotas
from refcheck.cloud.discovery import fingerprints
from refcheck.plugin import suite
from refcheck.plugin.calls import Recorded, Recording
from refcheck.plugin.durations import Durations, learned
from refcheck.plugin.planning import Planner
from refcheck.plugin.preflight import Ready
from refcheck.result.events import Selected

_BOOTED = 0.4
"""Which part of a run is over when its first servers are active."""


def timetable(ready: Ready) -> dict[str, float]:
    """Id → expected seconds of the tests that are due, in the order in which to run them.

    How long a test takes is known from earlier runs on the same cloud, else from refcloud.
    """
    cloud, _ = fingerprints(ready.cloud, ready.facts)
    durations = Durations(learned(ready.plan.runs, cloud))
    return in_turn(ready.due, Recording.load(suite.folder()), durations)


def in_turn(
    tests: Iterable[Selected], recording: Recording, durations: Durations
) -> dict[str, float]:
    """Id → seconds: of each service what takes long comes first, and all services end together.

    So no worker ends late with something long, and workers rarely queue for one service while
    the others have nothing to do. Tests that are lent something take turns with the others of
    their service, so that few things have to be made for them; what needs a server comes once the
    first ones can be active.
    """
    seconds: dict[str, float] = {}
    groups: dict[tuple[str, bool, tuple[str, ...]], list[str]] = defaultdict(list)
    for test in tests:
        recorded = recording.of(test.id) or Recorded()
        seconds[test.id] = durations.of(test.id, recorded)
        groups[test.service, recorded.needs_server, recorded.lent].append(test.id)
    begins: dict[str, float] = {}  # id → which part of the run is over then
    for (_, needs_server, _), ids in groups.items():
        start = _BOOTED if needs_server else 0.0
        whole = sum(seconds[test_id] for test_id in ids) or 1.0
        over = 0.0
        for test_id in sorted(ids, key=seconds.__getitem__, reverse=True):
            begins[test_id] = start + (1 - start) * over / whole if seconds[test_id] else 1.0
            over += seconds[test_id]
    order = sorted(seconds, key=lambda test_id: (begins[test_id], -seconds[test_id]))
    return {test_id: seconds[test_id] for test_id in order}


def workers_with_room(ready: Ready, wanted: int) -> int:
    """As many workers as wanted, or as many as half of what the quotas leave free is enough for.

    One at least: where even that is too much, the tests themselves say which quota is in the way.
    """
    recording = Recording.load(suite.folder())
    found = {test.id: recording.of(test.id) for test in ready.due}
    tests = {test_id: recorded for test_id, recorded in found.items() if recorded}
    boot = ready.facts.found.get("boot")
    planner = Planner(tests, quotas.free(ready.cloud), boot, Durations())
    return max(1, min(wanted, planner.workers_that_fit()))
