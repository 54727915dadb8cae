"""A browser, and a registry with something to see."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from refcheck.result.outcome import Outcome
from refcheck.result.signing import load_signer
from tests.server import live, samples

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def look(page: Page) -> None:
    """Axe finds nothing, in light and in dark, and nothing is wider than a phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@dataclass(frozen=True)
class Site:
    """A registry with three clouds; results by what they show."""

    url: str
    cloud: str
    result: str
    interrupted: str
    reconstructed: str
    refstack: str

    def pages(self) -> dict[str, str]:
        return {
            "front": f"{self.url}/",
            "cloud": self.cloud,
            "result": self.result,
            "interrupted": self.interrupted,
            "reconstructed": self.reconstructed,
            "filter without a match": f"{self.url}/?guideline=2019.11",
            "not found": f"{self.url}/results/{'0' * 32}",
            "search": f"{self.url}/?search=example",
            "API": f"{self.url}/docs/api",
            "of refstack-client": self.refstack,
        }


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    place = ["--data", str(folder / "data")]
    with live.serving(*place) as registry:
        key, token = live.new_account("example-cloud", folder, *place)
        signer = load_signer(key)

        def send(**changes: Any) -> dict[str, Any]:
            outcome = changes.pop("outcome", samples.passed)
            answer = requests.post(
                f"{registry.url}/api/v1/results",
                data=samples.envelope(samples.result(outcome, **changes), signer),
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            )
            assert answer.status_code == 201, answer.text
            return answer.json()

        def not_run(test: Any) -> Any:
            return replace(samples.passed(test), outcome=Outcome.UNDECIDED, reason="not reached")

        def digest(name: str) -> str:
            return hashlib.sha256(name.encode()).hexdigest()

        send(run_id="first", ended="2026-10-01T10:00:00Z", started="2026-10-01T09:00:00Z")
        mixed = send(outcome=samples.mixed)
        interrupted = send(
            outcome=not_run, complete=False, cloud=digest("second"), run_id="stopped"
        )
        reconstructed = send(guideline="2022.11", cloud=digest("third"), run_id="newer")
        names = {
            "cpid": "x",
            "duration_seconds": 7,
            "results": ["tempest.a.test", "tempest.b.test"],
        }
        refstack = requests.post(f"{registry.url}/v1/results", json=names, timeout=60).json()
        labelled = live.administer("cloud", "label", samples.CLOUD, "Example Cloud, Falun", *place)
        assert labelled.returncode == 0, labelled.stderr
        yield Site(
            registry.url,
            mixed["cloud_url"],
            mixed["url"],
            interrupted["url"],
            reconstructed["url"],
            refstack["url"],
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; missing is a skip on a desk and a failure in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "no chromium on this machine: `apt-get install chromium` (as root) brings it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address; the page must load whole, without an error in the browser's console."""
    contexts = []

    def open_one(
        url: str, *, scheme: str = "light", viewport: dict[str, int] | None = None
    ) -> Page:
        context = browser.new_context(color_scheme=scheme, viewport=viewport or DESK)
        contexts.append(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto(url)
        assert [text for text in complaints if "404 (NOT FOUND)" not in text] == []
        return page

    yield open_one
    for context in contexts:
        context.close()
