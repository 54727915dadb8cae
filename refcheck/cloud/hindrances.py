"""What stood in the way of requests that were answered in the end: counted, and told as facts."""

from __future__ import annotations

import threading
from collections import Counter

THROTTLED = "throttled"
"""Answers that asked to come back later."""
SECONDS_WAITED = "seconds_waited"
"""Time waited because of them."""
RECONNECTED = "reconnected"
"""Safe requests whose connection was closed before the answer began, and that were sent again."""


class Hindrances:
    """Counts of one connection since they were last taken; threads may count at once."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, what: str, amount: int = 1) -> None:
        """Count one of the module's constants."""
        with self._lock:
            self._counts[what] += amount

    def take(self) -> dict[str, int]:
        """The counts since the last time; empty when nothing hindered."""
        with self._lock:
            counts = dict(self._counts)
            self._counts.clear()
        return counts
