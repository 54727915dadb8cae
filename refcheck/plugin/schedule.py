"""In which order tests are run, and by how many workers."""

from __future__ import annotations

from collections.abc import Iterable

from refcheck.cloud import quotas
from refcheck.cloud.discovery import fingerprints
from refcheck.plugin import suite
from refcheck.plugin.calls import Recording
from refcheck.plugin.durations import Durations, learned
from refcheck.plugin.planning import Planner
from refcheck.plugin.preflight import Ready


def order_of(ready: Ready) -> tuple[str, ...]:
    """Ids of the selected tests in the order in which to run them.

    How long a test takes is known from earlier runs on the same cloud, else from refcloud.
    """
    cloud, _ = fingerprints(ready.cloud, ready.facts)
    durations = Durations(learned(ready.plan.runs, cloud))
    ids = [test.id for test in ready.selected]
    return longest_first(ids, Recording.load(suite.folder()), durations)


def longest_first(
    ids: Iterable[str], recording: Recording, durations: Durations
) -> tuple[str, ...]:
    """What takes long begins early, so that no worker ends late; else the order stays."""

    def seconds(test_id: str) -> float:
        recorded = recording.of(test_id)
        return durations.of(test_id, recorded) if recorded else 0.0

    return tuple(sorted(ids, key=seconds, reverse=True))


def workers_with_room(ready: Ready, wanted: int) -> int:
    """As many workers as wanted, or as many as half of what the quotas leave free is enough for.

    One at least: where even that is too much, the tests themselves say which quota is in the way.
    """
    recording = Recording.load(suite.folder())
    found = {test.id: recording.of(test.id) for test in ready.selected if test.implemented}
    tests = {test_id: recorded for test_id, recorded in found.items() if recorded}
    boot = ready.facts.found.get("boot")
    planner = Planner(tests, quotas.free(ready.cloud), boot, Durations())
    return max(1, min(wanted, planner.workers_that_fit()))
