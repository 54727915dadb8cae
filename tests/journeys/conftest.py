"""What journeys start from: a small guideline of real tests, and a real registry."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from refcheck.guideline import library
from refcheck.plugin import suite
from refcheck.refcloud import settings
from refcheck.refcloud.cloud import RefCloud
from refcheck.result.document import Result
from refcheck.result.folding import to_result
from refcheck.result.journal import read_journal
from tests.conftest import Ended
from tests.faults.exchange import Fault
from tests.faults.proxy import Proxy
from tests.faults.proxy import serving as serving_proxy

SMALL = (
    "identity-v3-tokens-create",
    "compute-flavors-list",
    "compute-servers-delete",
    "images-v2-list",
    "networks-security-groups-CRUD",
    "volumes-v3-create-delete",
    "objectstore-container-create",
)
"""Capabilities of the small guideline: at least one of each service."""
_TESTS_EACH = 2


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Guideline 2020.06 cut down to a few tests that the suite has: runs in seconds."""
    whole = yaml.safe_load((library.folder() / "2020.06.yaml").read_text())
    have = suite.implemented(suite.folder())
    capabilities = {name: whole["capabilities"][name] for name in SMALL}
    for capability in capabilities.values():
        tests = capability["tests"].items()
        kept = [(n, t) for n, t in tests if t["idempotent_id"].removeprefix("id-") in have]
        assert kept, "the suite lost its tests of a capability"
        capability["tests"] = dict(kept[:_TESTS_EACH])
    whole["capabilities"] = capabilities
    for component in whole["components"].values():
        named = component["capabilities"]
        for status in named:
            named[status] = [name for name in named[status] or () if name in capabilities]
    file = tmp_path_factory.mktemp("guideline") / "small.yaml"
    file.write_text(yaml.safe_dump(whole, sort_keys=False))
    return file


@pytest.fixture(scope="module", autouse=True)
def nothing_left(request: pytest.FixtureRequest) -> None:
    """Each file begins with a cloud that kept nothing of the runs before: bad clouds do."""
    here = [item for item in request.session.items if item.path == request.path]
    if any("refcloud" in item.fixturenames for item in here):  # type: ignore[attr-defined]
        request.getfixturevalue("refcloud").reset()


@dataclass(frozen=True)
class Run:
    """A finished `refcheck run`, and what it left in its folder."""

    ended: Ended
    folder: Path

    @property
    def verdict(self) -> dict:
        return json.loads((self.folder / "verdict.json").read_text())

    @property
    def result(self) -> Result:
        return to_result(read_journal(self.folder / "journal.sqlite"))

    def outcomes(self, *, where: str = "") -> set[str]:
        """Outcomes of the tests of the capabilities whose name contains this."""
        capabilities = self.verdict["capabilities"].items()
        return {
            outcome
            for name, capability in capabilities
            if where in name
            for outcome in capability["tests"].values()
        }

    def reasons(self, *, where: str = "") -> str:
        """Why tests of those capabilities block, in one text."""
        return "\n".join(
            blocker["reason"]
            for blocker in self.verdict["blockers"]
            if where in blocker.get("capability", "")
        )


@pytest.fixture
def run(refcheck: Callable[..., Ended], small: Path, clouds_yaml: Path, tmp_path: Path):
    """`refcheck run` of the small guideline against the real cloud, as a member."""

    def run(*options: str, clouds: Path = clouds_yaml, cloud: str = "refcloud", **environ: str):
        ended = refcheck(
            "run", "--os-cloud", cloud, "--guideline", str(small), "--runs", str(tmp_path / "runs"),
            *options, OS_CLIENT_CONFIG_FILE=str(clouds), **environ,
        )  # fmt: skip
        folders = sorted((tmp_path / "runs").glob("*"))
        assert folders, ended.told
        return Run(ended, folders[-1])

    return run


class Behind:
    """Runs of chosen tests against the real cloud behind a proxy that does something to it."""

    def __init__(self, refcheck, refcloud, tmp_path: Path) -> None:
        self._refcheck = refcheck
        self._refcloud = refcloud
        self._folder = tmp_path

    def proxy(self, *faults: Fault, **options: Any) -> contextlib.AbstractContextManager[Proxy]:
        """A proxy with these faults, serving."""
        ports = settings.load(self._refcloud.home).ports
        return serving_proxy(Proxy(ports, faults, **options))

    def clouds(self, proxy: Proxy, **entry: Any) -> Path:
        """A clouds.yaml for the cloud behind the proxy, with this changed; None removes."""
        content = self._refcloud.clouds_yaml()
        for one in content["clouds"].values():
            one["auth"]["auth_url"] = proxy.auth_url
            one.update(entry)
            for key in [key for key, value in one.items() if value is None]:
                del one[key]
        file = self._folder / "behind.yaml"
        file.write_text(yaml.safe_dump(content))
        return file

    def run(self, clouds: Path, *places: str, options: tuple[str, ...] = (), **environ: str) -> Run:
        """`refcheck run` of the tests at these places (`compute/test_x.py` or `…::test_y`)."""
        ended, folder = self.start(clouds, *places, options=options, **environ)
        assert folder, ended.told
        return Run(ended, folder)

    def start(
        self,
        clouds: Path,
        *places: str,
        options: tuple[str, ...] = (),
        guideline: str = "2020.06",
        **environ: str,
    ) -> tuple[Ended, Path | None]:
        """The same, which need not get as far as a run's folder."""
        runs = self._folder / "runs"
        before = set(runs.glob("*"))
        ended = self._refcheck(
            "run", "--os-cloud", "refcloud", "--guideline", str(self.guideline(places, guideline)),
            "--runs", str(runs), "-n", "1", *options, OS_CLIENT_CONFIG_FILE=str(clouds), **environ,
        )  # fmt: skip
        new = sorted(set(runs.glob("*")) - before)
        return ended, new[-1] if new else None

    def guideline(self, places: tuple[str, ...], whole_id: str = "2020.06") -> Path:
        """That guideline cut down to the tests at these places."""
        have = suite.implemented(suite.folder()).items()
        wanted = {test for test, place in have if place.startswith(places)}
        whole = yaml.safe_load((library.folder() / f"{whole_id}.yaml").read_text())
        kept = {}
        for name, capability in whole["capabilities"].items():
            tests = {
                test: facts
                for test, facts in capability["tests"].items()
                if facts["idempotent_id"].removeprefix("id-") in wanted
            }
            if tests:
                kept[name] = {**capability, "tests": tests}
        assert kept, f"the suite has no tests at {places}"
        whole["capabilities"] = kept
        for component in whole["components"].values():
            named = component["capabilities"]
            for status in named:
                named[status] = [name for name in named[status] or () if name in kept]
        file = self._folder / "few.yaml"
        file.write_text(yaml.safe_dump(whole, sort_keys=False))
        return file


@pytest.fixture
def behind(refcheck: Callable[..., Ended], refcloud: RefCloud, tmp_path: Path) -> Behind:
    """The real cloud behind a proxy."""
    return Behind(refcheck, refcloud, tmp_path)


@dataclass(frozen=True)
class Registry:
    """A registry that serves, and an account on it."""

    address: str
    token: Path
    key: Path


@contextlib.contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """`refcheck registry serve` on a free port, as its own process; yields the address."""
    log = folder / "registry.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "refcheck", "registry", "serve", "--port", "0", *options],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        yield _address(process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0, log.read_text()


def _address(process: subprocess.Popen, log: Path) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"http://\S+", log.read_text())
        if found:
            with contextlib.suppress(requests.ConnectionError):
                address = found.group().rstrip("/")
                requests.get(f"{address}/api/v1/health", timeout=5).raise_for_status()
                return address
        time.sleep(0.1)
    raise AssertionError(f"the registry did not start: {log.read_text()}")
