"""A limit in wall-clock time: an endpoint that hangs or drips bytes must not hold up a run.

The time-outs of HTTP libraries count between bytes, so that a server that sends one now and then
is never too slow for them.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OverBudget(Exception):
    """The time is over."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let the body take at most so many seconds; outside the main thread there is no limit.

    A timer that runs already (pytest-timeout's, say) goes on afterwards.

    Raises:
        OverBudget: in the middle of whatever the body does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise OverBudget

    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, end)
    remaining, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if remaining:
            left = remaining - (time.monotonic() - began)
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))
