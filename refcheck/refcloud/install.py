"""Environments of their own for programs that refcheck must not share one with.

An environment is named after the digest of its lock file and the Python it is for, so a new
version makes a new one. It is built in place (environments cannot be moved) and counts as
installed only when its marker, written last, is there; anything else is made again.
"""

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from refcheck.errors import RefcloudFault
from refcheck.refcloud import faults, folders, locks
from refcheck.refcloud.progress import Progress
from refcheck.refcloud.tools import Tools

SPACE_NEEDED = 1.5 * faults.GIB
_NEXT_STEP = (
    "Check that this machine reaches its package index (`pip download pbr`), then try again."
)


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment."""

    path: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / "bin" / "python"

    def script(self, name: str) -> Path:
        """Return one of its console scripts."""
        return self.path / "bin" / name

    @property
    def marker(self) -> Path:
        """Is there when everything is installed."""
        return self.path / "installed-by-refcheck"

    @property
    def installed(self) -> bool:
        """Whether it is complete and its interpreter still exists."""
        return self.marker.exists() and self.python.exists()


def environment(lock: Path, kind: str) -> Environment:
    """Return where the environment for this lock file is, or would be."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    python = f"{sys.implementation.name}{sys.version_info.major}.{sys.version_info.minor}"
    name = f"{kind}-{digest}-{python}-{platform.machine()}"
    return Environment(folders.cache_root() / "environments" / name)


def ensure(lock: Path, kind: str, progress: Progress) -> Environment:
    """Return the environment with exactly the packages of a lock file, installed if need be.

    Raises:
        RefcloudFault: the disk is too full, or the packages cannot be installed.
    """
    wanted = environment(lock, kind)
    if wanted.installed:
        return wanted
    waiting = f"another refcheck is installing the {kind}; waiting for it"
    with locks.exclusive(wanted.path.with_suffix(".lock"), lambda: progress.note(waiting)):
        if not wanted.installed:
            faults.require_space(wanted.path, SPACE_NEEDED)
            _install(lock, kind, wanted, progress)
    return wanted


def _install(lock: Path, kind: str, wanted: Environment, progress: Progress) -> None:
    count = sum(1 for line in lock.read_text().splitlines() if "==" in line and line[0].isalnum())
    log = wanted.path.with_suffix(".log")
    log.unlink(missing_ok=True)
    installers = [*_uv(), "pip"]
    for installer in installers:
        tool = installer if installer == "pip" else "uv"
        what = f"installing {count} packages for the {kind} with {tool}"
        progress.begins(what)
        began = time.monotonic()
        shutil.rmtree(wanted.path, ignore_errors=True)
        try:
            _install_with(installer, lock, wanted, log)
        except RefcloudFault as fault:
            if installer == installers[-1] or "disk is full" in fault.fault:
                raise
            progress.note(f"{tool} could not install them (see {log}); trying pip")
        else:
            wanted.marker.touch()
            progress.ends(
                f"installed {count} packages for the {kind} with {tool}", time.monotonic() - began
            )
            return


def _uv() -> list[str]:
    """Return the uv to use: that of our own environment, else the one on PATH, else none."""
    if importlib.util.find_spec("uv"):
        from uv import find_uv_bin

        with contextlib.suppress(FileNotFoundError):  # the package without its program
            return [find_uv_bin()]
    found = shutil.which("uv")
    return [found] if found else []


def _install_with(installer: str, lock: Path, wanted: Environment, log: Path) -> None:
    if installer == "pip":
        make: list[str | Path] = [sys.executable, "-m", "venv", wanted.path]
        # Without --no-compile pip spends half its time on .pyc files nobody may ever load.
        install: list[str | Path] = [
            wanted.python,
            "-m",
            "pip",
            "install",
            "--no-compile",
            "--progress-bar=off",
        ]
    else:
        make = [installer, "venv", "--quiet", "--python", sys.executable, wanted.path]
        install = [installer, "pip", "install", "--quiet", "--python", wanted.python]
    install += ["--require-hashes", "-r", lock]
    outside = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    with Tools(outside) as tools:
        tools.run("making a virtual environment", make, log, _NEXT_STEP)
        tools.run("installing the packages", install, log, _NEXT_STEP)
