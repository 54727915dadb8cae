"""Measure two things in turns, so that a busy moment hits both.

Times are processor time, that of child processes included: on a machine with nothing else to do
it is what a person waits, and on a busy one it hardly changes.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One comparison; times in seconds, each the best of several.

    Attributes:
        limit: seconds that ours may take at most.
    """

    what: str
    peer: str
    ours: float
    theirs: float
    limit: float

    @property
    def ratio(self) -> float:
        """How many times as long as the peer; below 1 is faster."""
        return self.ours / self.theirs

    def line(self) -> str:
        """For the terminal."""
        kept = "kept" if self.ours <= self.limit else "MISSED"
        return (
            f"{self.what:<48} {self.ours * 1000:9.2f} ms  {self.ratio:8.2f} x  {self.peer:<44}"
            f" limit {self.limit * 1000:g} ms {kept}"
        )


def compare(
    what: str,
    ours: Callable[[], object],
    peer: str,
    theirs: Callable[[], object],
    *,
    limit: float,
    rounds: int,
) -> Figure:
    """Run both `rounds` times in turns."""
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(rounds)]
    return Figure(what, peer, min(a for a, _ in pairs), min(b for _, b in pairs), limit)


def _seconds(run: Callable[[], object]) -> float:
    start = spent()
    run()
    return spent() - start


def spent() -> float:
    """Processor seconds of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
