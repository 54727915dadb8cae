"""Accounts, vendors and products in a real browser: used by hand, readable by everyone."""

from __future__ import annotations

import re

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.server import live

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    place = ["--data", str(tmp_path_factory.mktemp("accounts"))]
    with live.serving(*place) as served:
        for name, role in (("alice", "administrator"), ("bob", "submitter")):
            made = live.administer("account", "add", name, "--role", role, *place)
            assert made.returncode == 0, made.stderr
            given = live.administer(
                "account", "password", name, "--stdin", *place, given=f"{PASSWORD}\n"
            )
            assert given.returncode == 0, given.stderr
        yield served.url


def sign_in(page, url, name, code=""):
    page.goto(f"{url}/sign-in")
    page.get_by_label("Account", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("One-time password").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def findings(page):
    """What axe finds, and what is too wide, on the page that is open, once it is whole."""
    page.wait_for_load_state()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        if found.violations_count:
            yield page.url, scheme, found.generate_report()
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > viewport["width"]:
            yield page.url, "too wide", width


def sell(page, registry, look):
    """Bob registers a vendor, adds a product, and makes a link for another administrator of it."""
    look(page)
    sign_in(page, registry, "bob")
    page.wait_for_url("**/account")
    page.get_by_label("results").check()
    page.get_by_role("button", name="Make a token").click()
    assert page.locator("pre").inner_text().startswith("rck_")
    look(page)
    page.goto(f"{registry}/account")
    look(page)
    page.goto(f"{registry}/vendors")
    look(page)
    page.get_by_role("link", name="Register a vendor").click()
    look(page)
    page.get_by_label("Name", exact=True).fill("Example Clouds")
    page.get_by_label("Contact").fill("bob@example.org")
    page.get_by_label("Description").fill("Clouds,\nand what they rest on.")
    page.get_by_role("button", name="Register").click()
    page.wait_for_url("**/vendors/example-clouds")
    page.get_by_role("link", name="Add a product").click()
    look(page)
    page.get_by_label("Name", exact=True).fill("Cloud One")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/products/cloud-one")
    page.get_by_label("Version", exact=True).fill("2026.2")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("A cloud that you hold").fill("0" * 8)
    page.get_by_role("button", name="Link").click()
    expect(page.get_by_role("alert")).to_contain_text("No cloud with the digest")
    look(page)
    page.get_by_role("link", name="Change version 2026.2").click()
    look(page)
    page.goto(f"{registry}/vendors/example-clouds")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("pre").inner_text()
    look(page)
    return link


def approve(page, registry, link, look):
    """Alice sets up her second factor, approves the vendor, and joins it."""
    sign_in(page, registry, "alice")
    page.wait_for_url("**/account")
    expect(page.locator("main")).to_contain_text("is not in force")
    page.get_by_role("link", name="one-time passwords", exact=True).click()
    look(page)
    totp = pyotp.TOTP(page.locator("dd code").inner_text().replace(" ", ""))
    page.get_by_label("One-time password").fill(totp.now())
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url(re.compile(r"/account#second-factor$"))
    look(page)
    page.goto(f"{registry}/vendors/example-clouds")
    look(page)
    page.get_by_label("approved: everyone sees it").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("main")).not_to_contain_text("Waits for approval")
    page.goto(link)
    look(page)
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/vendors/example-clouds")
    expect(page.get_by_role("rowheader", name="alice")).to_be_visible()


def visit(page, registry, look):
    """Somebody looks at what is offered, and cannot guess a password."""
    page.get_by_role("link", name="Cloud One").click()
    look(page)
    assert "bob@example.org" not in page.content()
    page.goto(f"{registry}/account")
    assert "/sign-in" in page.url
    sign_in(page, registry, "nobody")
    look(page)


def test_a_vendor_is_registered_approved_and_joined_and_every_page_is_for_everyone(
    registry, open_page
):
    wrong = []

    def look(page):
        wrong.extend(findings(page))

    link = sell(open_page(f"{registry}/sign-in"), registry, look)
    approve(open_page(registry), registry, link, look)
    visit(open_page(f"{registry}/products"), registry, look)
    assert wrong == [], "\n".join(map(str, wrong))
