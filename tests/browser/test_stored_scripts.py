"""Scripts in every text that somebody can write, looked at in a real browser on every page.

Once as it is, and once with the content security policy switched off: escaping alone must hold.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from refcheck_server.accounts import services, sessions
from refcheck_server.accounts.rights import Role, Scope
from refcheck_server.app import create_app
from refcheck_server.database import Database
from refcheck_server.marketplace.publishing import publish
from refcheck_server.marketplace.terms import Terms
from refcheck_server.results.models import Cloud
from refcheck_server.results.services import label_cloud
from refcheck_server.settings import from_environment
from securesystemslib.signer import CryptoSigner
from sqlalchemy import select

from refcheck.result.outcome import Outcome
from tests.server import live, samples

pytestmark = pytest.mark.browser
SCRIPT = (
    "</title></textarea></style></option></pre>\"'>{{7*7}}<script>window.pwned=1</script>"
    "<img src=x onerror=window.pwned=1><svg/onload=window.pwned=1>"
    "<a href=javascript:window.pwned=1>mark</a>"
)
INJECTED = (
    "[...document.querySelectorAll('iframe, script:not([src]), svg[onload], a, *')]"
    ".filter(one => one.matches('iframe, script:not([src])')"
    " || (one.href || '').toString().toLowerCase().startsWith('javascript:')"
    " || [...one.attributes].some(a => a.name.startsWith('on'))).length"
)
RATES = {f"REFCHECK_REGISTRY_{one}_RATE": "1000000 per minute" for one in ("REQUEST", "UPLOAD")}


@dataclass
class Stained:
    """A registry in which every text is a script.

    Attributes:
        paths: every page of it, for someone who may see all.
        cookie: of a browser that they are signed in with.
    """

    url: str
    paths: list[str]
    cookie: str
    database: Database


def reasoned(test: Any) -> Any:
    made = samples.passed(test)
    return replace(made, outcome=Outcome.FAILED, reason=f"reason {SCRIPT}", name=f"{made.name}")


@pytest.fixture(scope="module")
def stained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stained]:
    folder = tmp_path_factory.mktemp("stained")
    with live.serving("--data", str(folder), **RATES) as served:
        database = Database(f"sqlite:///{folder / 'registry.db'}")
        signer, cookie, now = CryptoSigner.generate_ed25519(), secrets.token_urlsafe(32), _now()
        with database.session() as session, session.begin():
            root = services.add_account(session, "root", now=now, role=Role.ADMINISTRATOR)
            services.add_key(session, root, signer.public_key, now=now)
            token = services.new_token(session, root, now=now, scopes=frozenset(Scope)).secret
            sessions.begin(session, root, cookie, strong=True, device=SCRIPT, now=now)
        headers = {"Authorization": f"Bearer {token}"}
        paths = list(_stain(served.url, headers, signer))
        with database.session() as session, session.begin():
            for cloud in session.scalars(select(Cloud)):
                label_cloud(session, cloud.digest, SCRIPT[:200])
        paths += _addresses(served.url, folder, paths)
        yield Stained(served.url, paths, cookie, database)
        database.engine.dispose()


def _now() -> datetime:
    return datetime.now(UTC)


def _stain(url: str, headers: dict[str, str], signer: CryptoSigner) -> Iterator[str]:
    """Write a script wherever one can; the pages of what was made."""

    def send(path: str, method: str = "POST", **body: Any) -> dict[str, Any]:
        answer = requests.request(method, url + path, headers=headers, timeout=60, **body)
        assert answer.status_code in {200, 201}, (path, answer.text)
        return answer.json()

    described = {"contact": SCRIPT, "description": f"{SCRIPT}\n{SCRIPT}", "slug": "stained"}
    site = "https://example.org/?q=<script>alert(1)</script>"
    refused = requests.post(
        f"{url}/api/v1/vendors", headers=headers, timeout=60,
        json={**described, "name": "x", "website": site},
    )  # fmt: skip
    assert refused.status_code == 400
    send("/api/v1/vendors", json={**described, "name": SCRIPT[:200]})
    declined = {"state": "declined", "reason": SCRIPT[:200], "revision": 1}
    send("/api/v1/vendors/stained/decision", json=declined)
    product = {"name": SCRIPT[:200], "kind": "component", "slug": "p", "description": SCRIPT}
    send("/api/v1/vendors/stained/products", json=product)
    version = send("/api/v1/vendors/stained/products/p/versions", json={"name": SCRIPT[:200]})
    below = "/vendors/stained/products/p"
    made = samples.result(
        reasoned,
        run_id=SCRIPT[:200],
        tool_version=SCRIPT[:64],
        facts={SCRIPT: {SCRIPT: SCRIPT}, "region": SCRIPT},
    )
    result = send("/api/v1/results", data=samples.envelope(made, signer))["id"]
    link = {"digest": samples.CLOUD}
    send(f"/api/v1{below}/versions/{version['id']}/clouds", json=link)
    passed = {"cpid": "x", "duration_seconds": 1, "results": [{"name": SCRIPT}]}
    refstack = requests.post(f"{url}/v1/results", json=passed, timeout=60)
    if refstack.status_code == 201:
        yield f"/refstack/{refstack.json()['test_id']}"
    yield from (
        "/vendors/stained", "/vendors/stained/edit", "/vendors/stained/products/new", below,
        f"{below}/edit", f"{below}/versions/{version['id']}/edit", f"/clouds/{samples.CLOUD}",
        f"/results/{result}", "/accounts/root", f"/?search={SCRIPT}", f"/vendors?q={SCRIPT}",
        f"/products?q={SCRIPT}", f"/sign-in?next=/{SCRIPT}", f"/results/{SCRIPT}", f"/{SCRIPT}",
        f"/accounts?q={SCRIPT}", f"/invitation?secret={SCRIPT}",
    )  # fmt: skip


def _addresses(url: str, folder: Path, known: list[str]) -> Iterator[str]:
    """Each page without a variable part, as the application has them."""
    app = create_app(from_environment({}, data=folder))
    for rule in app.url_map.iter_rules():
        plain = not rule.arguments and "GET" in rule.methods and "provider" not in rule.rule
        if plain and rule.rule not in known and not rule.rule.startswith(("/api", "/v1")):
            yield rule.rule


@pytest.mark.parametrize("policy", ["as it is", "off"])
def test_no_text_of_anyone_runs_or_becomes_markup_on_any_page(stained, browser, policy):
    context = browser.new_context(bypass_csp=policy == "off")
    context.add_cookies([{"name": "refcheck", "value": stained.cookie, "url": stained.url}])
    page, shown, wrong = context.new_page(), 0, []
    page.on("dialog", lambda dialog: wrong.append((page.url, "a dialog")) or dialog.dismiss())
    page.on("console", lambda told: _complain(told.text, page.url, wrong))
    page.on("download", lambda download: download.cancel())
    for path in stained.paths:
        try:
            page.goto(stained.url + path)
        except Exception as error:  # noqa: BLE001 - a table that is downloaded is no page
            assert "Download is starting" in str(error), path  # noqa: PT017
            continue
        if page.evaluate("window.pwned") is not None or page.evaluate(INJECTED):
            wrong.append((path, page.evaluate(INJECTED)))
        shown += "{{7*7}}" in page.content()
    context.close()
    assert wrong == []
    assert shown >= 12, "the script must be seen as text, or this test shows nothing"


def _complain(text: str, url: str, wrong: list[tuple[str, object]]) -> None:
    if "Content Security Policy" in text:
        wrong.append((url, text))


def test_nor_on_what_is_published(stained, browser, tmp_path):
    database, signer = stained.database, CryptoSigner.generate_ed25519()
    with database.session() as session:
        publish(session, tmp_path / "market", signer, Terms(), now=_now())
    context, wrong, shown = browser.new_context(bypass_csp=True), [], 0
    page = context.new_page()
    for file in sorted((tmp_path / "market").resolve().rglob("*.html")):
        page.goto(file.as_uri())
        if page.evaluate("window.pwned") is not None or page.evaluate(INJECTED):
            wrong.append(file.name)
        shown += "{{7*7}}" in page.content()
    context.close()
    assert wrong == []
    assert shown >= 1
