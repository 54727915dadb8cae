"""One process controls a run at a time, and it is known when the last of its workers has ended.

Two files in the run's folder are held locked: `control` by the controlling process alone, `work` by
all that run tests. A lock goes with its process, however that ends: nothing stale stays behind.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from refcheck.errors import FolderFault, WrongUse

_PAUSE = 0.1
WORKERS_END_WITHIN = 30.0
"""Seconds that workers whose controlling process was killed take to notice it and to end."""


@contextmanager
def control(folder: Path) -> Iterator[None]:
    """Be the one that controls the run while the body runs.

    Raises:
        WrongUse: another process controls it.
        FolderFault: the folder refuses.
    """
    handle = _open(folder / "control.lock")
    try:
        if not _locked(handle, fcntl.LOCK_EX):
            raise WrongUse(
                "the run is still going on",
                where=str(folder),
                next_step="Wait for its end, or stop it with Ctrl-C.",
            )
        yield
    finally:
        os.close(handle)


def begin_work(folder: Path) -> int:
    """Be known as one that runs tests, for the life of this process. Returns the descriptor."""
    handle = _open(folder / "work.lock")
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def is_last(handle: int) -> bool:
    """Whether no other process runs tests of this run; the descriptor is that of `begin_work`."""
    return _locked(handle, fcntl.LOCK_EX)


def wait_for_workers(folder: Path, seconds: float = WORKERS_END_WITHIN) -> None:
    """Return when no process runs tests of this run any more.

    Raises:
        WrongUse: some still do after that many seconds.
    """
    handle = _open(folder / "work.lock")
    try:
        until = time.monotonic() + seconds
        while not _locked(handle, fcntl.LOCK_EX):
            if time.monotonic() > until:
                raise WrongUse(
                    "processes of the run are still at work, though nothing controls them",
                    where=str(folder),
                    next_step="End them (they have [pytest-xdist running] in their names), then"
                    " try again.",
                )
            time.sleep(_PAUSE)
    finally:
        os.close(handle)


def _locked(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise FolderFault(
            f"cannot be written to ({error.strerror})",
            where=str(file.parent),
            next_step="Name the folder of a run, where you may write.",
        ) from error
