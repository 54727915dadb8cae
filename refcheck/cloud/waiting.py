"""Waiting for a cloud to get something done.

The first wait of its kind polls at once, then after 0.1 s, then at growing intervals. Later ones
have learned how long it takes at least, and ask for the first time shortly before. A state from
which nothing good can come ends the wait; the message holds the history.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass, field

from refcheck.cloud.signals import CloudFault

_FIRST_PAUSE = 0.1
_OVERSHOOT = 0.2
"""How much longer than needed a wait may take, as a part of its duration; half of it on average."""
_LONGEST_PAUSE = 2.0
_EARLIER = 0.9
"""A wait that has learned asks after this part of the shortest duration of late."""
_NAMES = re.compile(r"\b(rc-\S+|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as a wait sees it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Memory:
    """How long waits took of late, by what they were for."""

    _durations: dict[str, deque[float]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=5))
    )

    def first_look(self, what: str) -> float:
        """Seconds after which a look is worth its while, 0 when nothing is known."""
        durations = self._durations[_kind(what)]
        shortest = min(durations, default=0.0)
        return shortest * _EARLIER if shortest > _FIRST_PAUSE else 0.0

    def learn(self, what: str, seconds: float) -> None:
        """Note how long a wait took."""
        self._durations[_kind(what)].append(seconds)


def _kind(what: str) -> str:
    """What is waited for, without the names and ids of the one thing."""
    return _NAMES.sub("", what)


MEMORY: ContextVar[Memory] = ContextVar("how long waits took")
"""Set by the process that runs tests; without it nothing is learned."""


def wait_for(
    state: Callable[[], str],
    until: Collection[str],
    *,
    never: Collection[str] = (),
    budget: float,
    what: str,
    after: float = 0.0,
    clock: Clock = Clock(),
) -> None:
    """Ask for a state until it is one of `until`.

    Args:
        state: asks the cloud once.
        never: states that end the wait as a failure.
        budget: seconds at most.
        what: names the thing waited for, for the message.
        after: seconds before which it cannot be; nobody asks until then.

    Raises:
        CloudFault: with the history of states, when it fails or takes too long.
    """
    memory = MEMORY.get(None) or Memory()
    purpose = f"{what} {sorted(until)}"
    start = clock.now()
    if earliest := max(memory.first_look(purpose), after):
        clock.sleep(min(earliest, budget))
    history: list[str] = []
    while True:
        seen = state()
        elapsed = clock.now() - start
        if not history or not history[-1].startswith(f"{seen} "):
            history.append(f"{seen} at {elapsed:.1f} s")
        if seen in until:
            # What was there at the first look may have been there long before.
            memory.learn(purpose, elapsed * _EARLIER if len(history) == 1 else elapsed)
            return
        wanted = " or ".join(until)
        if seen in never:
            raise CloudFault(f"{what} became {seen}, not {wanted} ({', '.join(history)})")
        if elapsed >= budget:
            raise CloudFault(
                f"{what} did not become {wanted} in {budget:g} s ({', '.join(history)})"
            )
        pause = min(max(_FIRST_PAUSE, elapsed * _OVERSHOOT), _LONGEST_PAUSE)
        clock.sleep(min(pause, max(budget - elapsed, 0.0)))
