"""Find and end the processes of refcloud, by the lock each of them holds on its pid file.

A service locks its pid file before it does anything else and holds the lock until it is gone
(`services/refcloud_process.py`). So a file whose lock is free is stale, and the pid in a file
whose lock is held is certainly ours, even if numbers have been used again.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

_PAUSE = 0.02
_WRITE_TIMEOUT = 2.0


def holder(pid_file: Path) -> int | None:
    """Return the pid of the service that holds this file, or None if nobody does."""
    try:
        handle = os.open(pid_file, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        deadline = time.monotonic() + _WRITE_TIMEOUT
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = os.pread(handle, 20, 0)
            else:
                return None
            if text.isdigit():
                return int(text)
            if time.monotonic() > deadline:  # locked, and never a pid: nothing of ours does that
                return None
            time.sleep(_PAUSE)  # between the lock and the pid lies one fork
    finally:
        os.close(handle)


def end(pid_files: Iterable[Path], grace: float = 5.0) -> None:
    """End the services that hold these files: SIGTERM, after `grace` seconds SIGKILL.

    Returns when they are gone and their pid files are removed. Stale files are removed too.
    """
    files = list(pid_files)
    ask(files, signal.SIGTERM)
    if not _gone(files, grace):
        ask(files, signal.SIGKILL)
        _gone(files, grace)
    for file in files:
        if holder(file) is None:
            file.unlink(missing_ok=True)


def ask(pid_files: Iterable[Path], number: signal.Signals) -> None:
    """Send a signal to the services that hold these files."""
    for file in pid_files:
        pid = holder(file)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):  # it went in between
                os.kill(pid, number)


def _gone(files: Iterable[Path], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(holder(file) is not None for file in files):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def resident_mib(pid: int) -> int:
    """Return the resident memory of a process in MiB, 0 if it cannot be read."""
    if Path("/proc/self/status").exists():
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:  # it went in between
            return 0
        fields = dict(line.split(":", 1) for line in lines if ":" in line)
        return int(fields.get("VmRSS", "0 kB").split()[0]) // 1024
    shown = subprocess.run(
        ["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return int(shown.stdout.strip() or 0) // 1024
