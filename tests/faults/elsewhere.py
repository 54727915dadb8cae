"""Another machine, as far as a worker can tell: reached by `ssh`, another name, other folders.

A command called `ssh` that runs what it is given here, in an environment where refcheck and its
tests are copies, and where the folders of this side do not open.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import refcheck
from refcheck.plugin import suite

_SITE = """
import os, platform, sys
platform.node = lambda: "elsewhere"
HIDDEN = {hidden!r}

def guard(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "os.mkdir", "sqlite3.connect") and arguments:
        path = arguments[0]
        if isinstance(path, (str, bytes, os.PathLike)):
            path = os.path.abspath(os.fsdecode(path))
            if path.startswith(HIDDEN):
                raise FileNotFoundError(2, "not on this machine", path)

sys.addaudithook(guard)
"""
_SSH = """#!/bin/sh
for command; do :; done
cd {home} || exit 1
export HOME={home} TMPDIR={home}/tmp PYTHONPATH={home}/site
exec sh -c "$command"
"""


@dataclass(frozen=True)
class Elsewhere:
    """The other machine.

    Attributes:
        spec: how pytest-xdist gets there.
        path: PATH with its `ssh` first.
        temporary: its folder for temporary files.
    """

    spec: str
    path: str
    temporary: Path


def elsewhere(folder: Path, hidden: Iterable[Path]) -> Elsewhere:
    """Set it up in a folder; what is in the hidden folders is not there."""
    home = folder / "elsewhere"
    package = Path(refcheck.__file__).parent
    shutil.copytree(package, home / "site" / "refcheck", ignore=shutil.ignore_patterns("*.pyc"))
    beside = "refcheck/_capabilities" if suite.folder().parent == package else "capabilities"
    shutil.copytree(suite.folder(), home / "site" / beside, dirs_exist_ok=True)
    (home / "tmp").mkdir()
    away = tuple(f"{path}{os.sep}" for path in (package, suite.folder(), *hidden))
    (home / "site" / "sitecustomize.py").write_text(_SITE.format(hidden=away))
    ssh = home / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(_SSH.format(home=home))
    ssh.chmod(0o755)
    path = f"{ssh.parent}{os.pathsep}{os.environ['PATH']}"
    return Elsewhere(f"ssh=elsewhere//python={sys.executable}", path, home / "tmp")
