"""Waiting for a cloud to get something done.

The first wait of its kind polls at once, then after 0.1 s, then at growing intervals. Later ones
have learned how long it takes, and ask for the first time shortly before the quickest of late was
ready: asking is dear to a service that has something to do. A state from which nothing good can
come ends the wait; the message holds the history. After waits in vain the next of the kind are
shorter (`refcheck.cloud.patience`).
"""

from __future__ import annotations

import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass, field

from refcheck.cloud.patience import LEAST, Patience, allowance
from refcheck.cloud.signals import CloudFault

_FIRST_PAUSE = 0.1
_OVERSHOOT = 0.1
"""How much longer than needed a wait may take once somebody has asked, as a part of its duration;
half of it on average."""
_LONGEST_PAUSE = 10.0
_SHORTEST_PAUSE = 0.001
"""Longer than what rounding leaves of a budget that is used up."""
OF_LATE = 5
"""So many waits of a kind are remembered."""
_NAMES = re.compile(r"\b(rc-\S+|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as a wait sees it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Waited:
    """One wait that has ended, well or not: since when by its clock, how many seconds and looks."""

    what: str
    began: float
    seconds: float
    looks: int


@dataclass(frozen=True, slots=True)
class Memory:
    """How long waits took of late, by what they were for.

    Attributes:
        known: gives the seconds that things of a kind took of late, `OF_LATE` of them at most.
        note: keeps how long one took.
        taken: the waits since somebody took them out of it.
        patience: what is known of waits in vain; without it every wait has its whole budget.
    """

    known: Callable[[str], Collection[float]]
    note: Callable[[str, float], None]
    taken: list[Waited] = field(default_factory=list)
    patience: Patience | None = None

    @classmethod
    def of_this_process(cls, patience: Patience | None = None) -> Memory:
        """What nobody else knows."""
        durations: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=OF_LATE))
        return cls(
            durations.__getitem__,
            lambda kind, seconds: durations[kind].append(seconds),
            patience=patience,
        )

    def first_look(self, what: str) -> float:
        """Seconds after which a look is worth its while, 0 when nothing is known.

        The fewer waits are known, the earlier: the first of a run may be slow for other reasons.
        """
        known = self.known(_kind(what))
        if not known:
            return 0.0
        early = min(known) * len(known) / (len(known) + 1)
        return early if early > _FIRST_PAUSE else 0.0

    def learn(self, what: str, seconds: float) -> None:
        """Note how long it took until there was what a wait was for."""
        self.note(_kind(what), seconds)
        if self.patience:
            self.patience.restore(_kind(what))

    def in_vain(self, what: str) -> int:
        """How many waits for such a thing were in vain, one after the other."""
        return self.patience.in_vain(_kind(what)) if self.patience else 0

    def lose(self, what: str, before: int) -> None:
        """Note a wait in vain, before which that many were."""
        if self.patience:
            self.patience.lose(_kind(what), before)

    def longest(self, what: str) -> float:
        """Seconds that such a thing took at most of late."""
        return max(self.known(_kind(what)), default=0.0)


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
    since: float | None = None,
    clock: Clock = Clock(),
) -> None:
    """Ask for a state until it is one of `until`.

    Args:
        state: asks the cloud once.
        never: states that end the wait as a failure.
        budget: seconds at most, and less after waits in vain.
        what: names the thing waited for, for the message.
        after: seconds before which it cannot be; nobody asks until then.
        since: when it was asked for, by the clock, if that is not now; all seconds count from then.

    Raises:
        CloudFault: with the history of states, when it fails or takes too long.
    """
    memory = MEMORY.get(None) or Memory.of_this_process()
    purpose = f"{what} {sorted(until)}"
    began = clock.now()
    start = began if since is None else since
    earliest = start + min(max(memory.first_look(purpose), after), budget)
    if earliest > began:
        clock.sleep(earliest - began)
    history: list[str] = []
    looks = 0
    not_yet = 0.0  # seconds after which it was not there
    before: int | None = None

    def ended() -> None:
        memory.taken.append(Waited(_kind(what).strip(), began, clock.now() - began, looks))

    while True:
        seen = state()
        looks += 1
        elapsed = clock.now() - start
        if not history or not history[-1].startswith(f"{seen} "):
            history.append(f"{seen} at {elapsed:.1f} s")
        if seen in until:
            memory.learn(purpose, (not_yet + elapsed) / 2)  # it came somewhere in between
            ended()
            return
        wanted = " or ".join(until)
        if seen in never:
            ended()
            raise CloudFault(f"{what} became {seen}, not {wanted} ({', '.join(history)})")
        allowed = budget
        if elapsed >= min(LEAST, budget):
            # Each time anew: another process may have waited in vain in the meantime.
            in_vain = memory.in_vain(purpose)
            before = in_vain if before is None else before
            allowed = allowance(budget, in_vain, memory.longest(purpose))
        if elapsed >= allowed:
            ended()
            memory.lose(purpose, before or 0)
            cut = f"; no longer, for {budget:g} s were in vain before" * (elapsed < budget)
            raise CloudFault(
                f"{what} did not become {wanted} in {elapsed:.0f} s ({', '.join(history)}){cut}"
            )
        not_yet = elapsed
        pause = min(max(_FIRST_PAUSE, elapsed * _OVERSHOOT), _LONGEST_PAUSE)
        clock.sleep(min(pause, max(allowed - elapsed, _SHORTEST_PAUSE)))
