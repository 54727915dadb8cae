"""A registry as its administrator runs it: the real command, gunicorn, HTTP."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests


@dataclass
class Live:
    """A registry that serves."""

    url: str
    process: subprocess.Popen[str]
    log: list[str]

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(sign)
        return self.process.wait(timeout=60)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "refcheck", "registry", *arguments]


@contextmanager
def serving(*arguments: str, under: tuple[str, ...] = (), **environ: str) -> Iterator[Live]:
    """`refcheck registry serve --port 0 …` until the block ends; started by the command `under`."""
    process = subprocess.Popen(
        [*under, *command("serve", "--port", "0", *arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environ},
    )
    log: list[str] = []
    try:
        yield Live(_address(process, log), process, log)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)


def _address(process: subprocess.Popen[str], log: list[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        log.append(line)
        if found := re.match(r"registry +(http://\S+)/", line):
            threading.Thread(target=log.extend, args=(process.stdout,), daemon=True).start()
            wait_until_healthy(found.group(1))
            return found.group(1)
    message = f"the registry did not start: {''.join(log)}"
    raise AssertionError(message)


def wait_until_healthy(url: str) -> None:
    """Return when the registry answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            requests.get(f"{url}/api/v1/health", timeout=5).raise_for_status()
        except requests.RequestException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def administer(
    *arguments: str, given: str | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """`refcheck registry …`, to its end; `given` is what it reads."""
    return subprocess.run(
        command(*arguments),
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
        env={**os.environ, **environ},
    )


def new_account(name: str, folder: Path, *place: str) -> tuple[Path, str]:
    """Make a key and an account by command; the private key's file and the token."""
    key = folder / f"{name}.pem"
    subprocess.run(
        [sys.executable, "-m", "refcheck", "key", "new", "--out", str(key)],
        check=True,
        capture_output=True,
    )
    token = folder / f"{name}.token"
    made = administer(
        "account", "add", name, "--key", f"{key}.pub", "--token-out", str(token), *place
    )
    assert made.returncode == 0, made.stderr
    return key, token.read_text().strip()
