"""SIGTERM, and the SIGHUP of a closed terminal, end a command as Ctrl-C does: in order."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ending_is_interrupting() -> Iterator[None]:
    """Raise KeyboardInterrupt at SIGTERM and SIGHUP while the body runs."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
