"""Ctrl-C: the first lets the tests that are running end, the second stops at once.

Workers know by a file in the run's folder that no further test shall begin. They do not heed the
signal themselves, which a terminal sends to all processes of a command.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


class Stopping:
    """Whether a run has been asked to begin no further test."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "stopping"

    @property
    def asked(self) -> bool:
        return self._file.exists()

    def ask(self) -> None:
        self._file.touch()

    def forget(self) -> None:
        """The run goes on."""
        self._file.unlink(missing_ok=True)


@contextmanager
def first_ctrl_c_drains(stopping: Stopping, tell: Callable[[], None]) -> Iterator[None]:
    """While the body runs, the first Ctrl-C asks to stop and calls `tell`, the second interrupts.

    Outside the main thread, where no signal arrives, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def drain(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stopping.ask()
        tell()

    before = signal.signal(signal.SIGINT, drain)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def leave_ctrl_c_to_the_controller() -> None:
    """In a worker: heed Ctrl-C only when nobody is there any more to heed it for us."""
    parent = os.getppid()

    def heed(number: int, frame: FrameType | None) -> None:
        if os.getppid() != parent:
            signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, heed)
