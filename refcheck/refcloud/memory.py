"""Ask running services to forget what they keep in memory."""

import signal
import time
from collections.abc import Collection

from refcheck.refcloud import processes
from refcheck.refcloud.folders import Home

_TIMEOUT = 3.0
_PAUSE = 0.01


def forgotten(home: Home, services: Collection[str]) -> bool:
    """Return whether all of them say, within three seconds, that they have forgotten."""
    for name in services:
        home.forgot(name).unlink(missing_ok=True)
    processes.ask([home.pid_file(name) for name in services], signal.SIGUSR1)
    deadline = time.monotonic() + _TIMEOUT
    while not all(home.forgot(name).exists() for name in services):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    for name in services:
        home.forgot(name).unlink()
    return True
