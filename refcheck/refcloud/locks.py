"""One at a time: file locks between processes that work on the same folder."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from refcheck.errors import RefcloudFault


@contextlib.contextmanager
def exclusive(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of a file during the block; call `on_wait` once if somebody else holds it.

    The lock goes with the process, however that ends: nothing stale can stay behind.

    Raises:
        RefcloudFault: the folder refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise RefcloudFault(
            f"the cache folder cannot be written to ({error.strerror})",
            where=str(path.parent),
            next_step="Name another one in the variable REFCHECK_CACHE.",
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
