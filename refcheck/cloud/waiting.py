"""Waiting for a cloud to get something done.

Polls at once, then after 0.1 s, then at growing intervals; a state from which nothing good can
come ends the wait; the message holds the history.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from refcheck.cloud.signals import CloudFault

_FIRST_PAUSE = 0.1
_GROWTH = 1.5
_LONGEST_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as a wait sees it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def wait_for(
    state: Callable[[], str],
    until: Collection[str],
    *,
    never: Collection[str] = (),
    budget: float,
    what: str,
    clock: Clock = Clock(),
) -> None:
    """Ask for a state until it is one of `until`.

    Args:
        state: asks the cloud once.
        never: states that end the wait as a failure.
        budget: seconds at most.
        what: names the thing waited for, for the message.

    Raises:
        CloudFault: with the history of states, when it fails or takes too long.
    """
    start = clock.now()
    history: list[str] = []
    pause = _FIRST_PAUSE
    while True:
        seen = state()
        elapsed = clock.now() - start
        if not history or not history[-1].startswith(f"{seen} "):
            history.append(f"{seen} at {elapsed:.1f} s")
        if seen in until:
            return
        wanted = " or ".join(until)
        if seen in never:
            raise CloudFault(f"{what} became {seen}, not {wanted} ({', '.join(history)})")
        if elapsed >= budget:
            raise CloudFault(
                f"{what} did not become {wanted} in {budget:g} s ({', '.join(history)})"
            )
        clock.sleep(min(pause, max(budget - elapsed, 0.0)))
        pause = min(pause * _GROWTH, _LONGEST_PAUSE, max(_FIRST_PAUSE, elapsed * 0.2))
