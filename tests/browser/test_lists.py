"""Every list in a real browser: readable by everyone, and sorted and narrowed without scripts."""

from __future__ import annotations

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import url_for
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.bench.registry_setup import registry_at, sqlite_in
from tests.browser.conftest import DESK, PHONE
from tests.server.expected_lists import EXPECTED
from tests.server.listed_world import listings, world_of

pytestmark = pytest.mark.browser
SAME_PAGE = ("account.own#", "accounts.account#")
"""Lists that look the same whichever of them is asked."""


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    """The registry of all lists, served; its address beside it."""
    with registry_at(sqlite_in(tmp_path_factory.mktemp("lists"))) as registry:
        world = world_of(registry)
        server = make_server("127.0.0.1", 0, registry.client.application, threaded=True)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield world, f"http://127.0.0.1:{server.port}"
        server.shutdown()
        serving.join()


@pytest.fixture
def open_list(lists, open_page):
    """Open the page of a list as who may see it."""
    world, url = lists

    def open_one(name, viewport=DESK, **asked):
        one, listing = world.expected[name], listings()[name]
        with world.registry.client.application.test_request_context():
            address = url_for(listing.page, **one.here, **listing.called, **asked)
        page = open_page(f"{url}/docs/api", viewport=viewport)
        if held := world.visitors[one.viewer].client.get_cookie("refcheck"):
            page.context.add_cookies([{"name": "refcheck", "value": held.value, "url": url}])
        page.goto(f"{url}{address}")
        return page

    return open_one


@pytest.mark.parametrize("name", [one for one in EXPECTED if not one.startswith(SAME_PAGE)])
def test_axe_finds_nothing_and_nothing_is_too_wide(open_list, name):
    page = open_list(name, sort=next(iter(listings()[name].sorts)))
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{viewport}, {scheme}: {found.generate_report()}"


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_list_is_sorted_and_narrowed_with_the_keyboard_and_both_are_kept(open_list, viewport):
    page = open_list("products.listed", viewport)

    def first() -> str:
        return page.locator("tbody th").first.inner_text()

    assert first() == "Cloud One"
    by_name = page.locator("thead").get_by_role("link", name="Product")
    expect(by_name).to_be_visible()
    by_name.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**order=desc**")
    assert first() == "public cloud gamma"
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Product")
    page.get_by_label("Kind").select_option("component")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert first() == "component gamma"
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").click()
    assert started.value.path().read_text().splitlines()[1].startswith("gamma,")
