"""Passkeys in a real browser with a virtual device, and the pages that came with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect
from refcheck_server.accounts import services
from refcheck_server.accounts.rights import Role
from refcheck_server.audit.checkpoints import sign_checkpoint
from refcheck_server.commandline import utc_now
from refcheck_server.database import Database
from securesystemslib.signer import CryptoSigner

from tests.browser.test_account_pages import PASSWORD, findings
from tests.server import live, samples
from tests.server.visitor import digest

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """A registry with an administrator, who has sent a result; its address, as browsers want it."""
    folder: Path = tmp_path_factory.mktemp("passkeys")
    with live.serving("--data", str(folder)) as served:
        database, signer = Database(f"sqlite:///{folder / 'registry.db'}"), CryptoSigner.generate_ed25519()  # fmt: skip
        with database.session() as session, session.begin():
            made = services.add_account(session, "carol", now=utc_now(), role=Role.ADMINISTRATOR)
            made.password_hash = digest()
            services.add_key(session, made, signer.public_key, now=utc_now())
            token = services.new_token(session, made, now=utc_now()).secret
            sign_checkpoint(session, signer, now=utc_now())
        url = served.url.replace("127.0.0.1", "localhost")
        sent = requests.post(
            f"{url}/api/v1/results",
            data=samples.envelope(samples.result(samples.mixed), signer),
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )
        assert sent.status_code == 201, sent.text
        with database.session() as session, session.begin():
            sign_checkpoint(session, signer, now=utc_now())
        database.engine.dispose()
        yield url


def device(page: Page) -> tuple[object, str]:
    """A device with passkeys, plugged into this page's browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, made["authenticatorId"]


def sign_in(page: Page, url: str, button: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Account", exact=True).fill("carol")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=button, exact=True).click()


GRAVE = {"error", "warning"}
"""Of what a browser tells on its console; it gives advice, too."""


def test_an_administrator_adds_a_passkey_and_signs_in_with_it(registry, browser):
    context, wrong = browser.new_context(), []
    page = context.new_page()
    page.on(
        "console", lambda told: wrong.append((page.url, told.text)) if told.type in GRAVE else None
    )
    session, authenticator = device(page)
    sign_in(page, registry, "Sign in")
    page.wait_for_url("**/account")
    expect(page.get_by_text("is not in force")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    wrong += findings(page)
    page.get_by_label("Name").fill("this computer")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Ask the device").click()
    page.wait_for_url("**/account#second-factor")
    expect(page.get_by_text("is not in force")).to_have_count(0)
    expect(page.get_by_role("row", name="this computer")).to_be_visible()
    wrong += findings(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{registry}/")
    sign_in(page, registry, "Sign in")
    expect(page.get_by_role("alert").first).to_contain_text(
        "Try again, with a one-time password or a passkey"
    )
    wrong = [one for one in wrong if "401" not in str(one)]
    wrong += findings(page)
    sign_in(page, registry, "Sign in with a passkey too")
    page.wait_for_url("**/account")
    expect(page.get_by_role("link", name="All accounts")).to_be_visible()
    for path in ("/audit", "/audit/0", "/account/results", "/audit?about=account:carol"):
        page.goto(registry + path)
        wrong += findings(page)
    page.goto(f"{registry}/account/results")
    page.get_by_role("button", name=re.compile("^Make private")).click()
    page.wait_for_url("**/results/*#sharing")
    expect(page.get_by_role("button", name="Share it with everyone")).to_be_visible()
    wrong += findings(page)
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})
    context.close()
    assert wrong == []


def test_without_a_script_the_pages_say_what_to_do(registry, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{registry}/sign-in")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.locator("[data-ask]")).to_have_count(1)
    expect(page.locator("[data-ask]")).not_to_be_visible()
    page.goto(f"{registry}/audit")
    expect(page.get_by_role("heading", name="Check this log")).to_be_visible()
    context.close()
