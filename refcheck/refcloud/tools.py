"""Programs that run to their end: installers, database set-up, fillers."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from refcheck.refcloud import faults


class Tools:
    """Runs programs, several threads at once; leaving the block by an error ends them all."""

    def __init__(self, environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
        self._environ = environ
        self._cwd = cwd
        self._running: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._guard:
            self._closed = True
            left = list(self._running)
        for process in left:
            _kill_group(process)

    def run(
        self,
        what: str,
        command: Sequence[str | Path],
        log: Path,
        next_step: str,
        *,
        accept: int = 0,
    ) -> None:
        """Run a program, its output going to `log`; a status above `accept` is a failure.

        Raises:
            RefcloudFault: it failed, or the block was left meanwhile.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            with self._guard:
                if self._closed:
                    raise faults.program_failed(f"{what} was not started", log, next_step)
                process = subprocess.Popen(
                    command,
                    env=self._environ,
                    cwd=self._cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C is for us alone; we end it in __exit__
                )
                self._running.add(process)
            try:
                status = process.wait()
            except BaseException:
                self._end(process)
                raise
            with self._guard:
                self._running.discard(process)
        if not 0 <= status <= accept:
            raise faults.program_failed(f"{what} failed (status {status})", log, next_step)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        _kill_group(process)
        process.wait()
        with self._guard:
            self._running.discard(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it started: each leads a group of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it has just ended
        os.killpg(process.pid, signal.SIGKILL)
