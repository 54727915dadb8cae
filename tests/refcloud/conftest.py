"""A toy cloud: our supervisor over services that only listen."""

import os
import sys
from pathlib import Path

import pytest

from refcheck.refcloud import configuration, folders, install, ports
from refcheck.refcloud.cloud import RefCloud
from refcheck.refcloud.install import Environment

HERE = Path(__file__).parent


class Heard:
    """A progress that remembers."""

    def __init__(self):
        self.lines = []

    def begins(self, what):
        self.lines.append(f"{what} ...")

    def ends(self, what, seconds):  # noqa: ARG002
        self.lines.append(what)

    def note(self, text):
        self.lines.append(text)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, and ports no other worker of the tests chooses from."""
    monkeypatch.setenv("REFCHECK_CACHE", str(tmp_path / "cache"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    monkeypatch.setattr(ports, "FIRST_BASE", 17000 + 1000 * worker)
    return tmp_path / "cache"


@pytest.fixture
def toy_environment(cache, monkeypatch):
    """An "installed" environment: our own Python, and the files services bring along."""
    venv = cache / "environments" / "toy"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    for name in configuration.FROM_PACKAGES:
        (venv / "etc" / name).parent.mkdir(parents=True, exist_ok=True)
        (venv / "etc" / name).write_text("")
    monkeypatch.setattr(install, "ensure", lambda *_: Environment(venv))
    monkeypatch.setattr(folders, "SERVICES", HERE / "toy")
    return venv


@pytest.fixture
def toy_cloud(toy_environment):
    """A cloud of toy services, ended afterwards."""
    cloud = RefCloud("toy")
    yield cloud
    cloud.down()
