"""What tests of several folders share: the real cloud, and the real command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from platformdirs import user_cache_dir

from refcheck.refcloud.cloud import RefCloud

# A CI system may start us with Ctrl-C ignored, and processes that tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

CLOUD = "-".join(filter(None, ["tests", os.environ.get("PYTEST_XDIST_WORKER")]))
"""The tests' own reference cloud, one for each worker: a developer's `default` is never touched."""


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """Everything it said, for messages of assertions."""
        return f"exit {self.code}\n{self.out}\n{self.err}"


@pytest.fixture(scope="session")
def refcloud() -> Iterator[RefCloud]:
    """A real OpenStack, up and pristine; ended after the tests unless it was up before."""
    cloud = RefCloud(CLOUD)
    was_up = cloud.is_up
    cloud.up()
    cloud.reset()
    yield cloud
    if not was_up:
        cloud.down()


@pytest.fixture
def clouds_yaml(refcloud: RefCloud, tmp_path: Path) -> Path:
    """A clouds.yaml that describes the real cloud."""
    file = tmp_path / "clouds.yaml"
    file.write_text(yaml.safe_dump(refcloud.clouds_yaml()))
    return file


@pytest.fixture
def refcheck(tmp_path: Path) -> Callable[..., Ended]:
    """Run the real `refcheck` command in an empty folder with an empty configuration."""

    cache = os.environ.get("REFCHECK_CACHE", user_cache_dir("refcheck"))

    def run(*arguments: str, timeout: float = 300, **environ: str) -> Ended:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("OS_", "REFCHECK_"))}
        ended = subprocess.run(
            [sys.executable, "-m", "refcheck", *arguments],
            cwd=tmp_path,
            env={**clean, "HOME": str(tmp_path), "REFCHECK_CACHE": cache, **environ},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run
