"""How a service becomes a process of its own, and how it ends."""

import contextlib
import fcntl
import os
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import refcloud_memory

_CLAIM_TRIES = 100
_CLAIM_PAUSE = 0.02


def detach(pid_file: Path) -> None:
    """Claim the pid file, then go on as a detached process; the calling process ends with 0.

    The claim is a lock held as long as the service lives, so a pid in a file whose lock is free
    is stale, whoever has that number by now. The lock is taken before the fork and inherited:
    there is no moment at which the service runs and cannot be found.
    """
    lock = os.open(pid_file, os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(_CLAIM_TRIES):  # someone who only looks holds the lock for an instant
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            time.sleep(_CLAIM_PAUSE)
    else:
        sys.exit(f"{pid_file.stem} is already running")
    os.ftruncate(lock, 0)
    pid = os.fork()
    # Both write it: the one so that it is there when the call returns, the other in case the
    # one is killed just now.
    os.pwrite(lock, str(pid or os.getpid()).encode(), 0)
    if pid:
        os._exit(0)
    os.setsid()
    refcloud_memory.forget_on_request(pid_file)


@contextlib.contextmanager
def exits_on_failure() -> Iterator[None]:
    """End the process with 1 when the block fails.

    The services hold threads that are not daemons: an exception alone would leave a process
    that lives and never answers. oslo.log replaces sys.excepthook, so a hook is not enough.
    """
    try:
        yield
    except BaseException:  # noqa: BLE001 - whatever it was, the process must end
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
