"""The pages in a real browser: readable by everyone, on a phone too, in light and in dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

PAGES = [
    "front",
    "cloud",
    "result",
    "interrupted",
    "reconstructed",
    "filter without a match",
    "not found",
    "search",
    "API",
    "of refstack-client",
]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_light_and_in_dark(site, open_page, name):
    page = open_page(site.pages()[name])
    page.evaluate("[...document.querySelectorAll('details')].slice(0, 12).map(d => d.open = true)")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"


@pytest.mark.parametrize("name", PAGES)
def test_nothing_has_to_be_scrolled_sideways_on_a_phone_or_a_desk(site, open_page, name):
    page = open_page(site.pages()[name])
    page.evaluate("[...document.querySelectorAll('details')].slice(0, 12).map(d => d.open = true)")
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_visitor_finds_the_reason_from_the_front_page_with_the_keyboard(site, open_page):
    page = open_page(f"{site.url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.get_by_role("link", name="Example Cloud, Falun").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/clouds/*")
    page.get_by_role("table").first.locator("tbody").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/results/*")
    assert page.get_by_role("heading", level=1).inner_text().endswith("Does not qualify")
    expect(page.get_by_text("POST /servers answered 500, expected 202").first).to_be_visible()
    row = page.locator("tr.tests summary").first
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr.tests details[open] .testlist").first).to_be_visible()


def test_the_filter_narrows_the_clouds_without_scripts(site, open_page):
    page = open_page(f"{site.url}/")
    page.get_by_label("Guideline").select_option("2022.11")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".cards > li")).to_have_count(1)
    expect(page.get_by_text("2022.11 (reconstructed)")).to_be_visible()


def test_the_badge_is_an_image_whose_text_fits(site, open_page):
    page = open_page(site.cloud)
    badge = page.get_by_role("img", name="Badge:")
    assert badge.evaluate("image => image.complete && image.naturalWidth > 100")
    page.goto(badge.get_attribute("src") and f"{site.cloud}/badge.svg")
    for text in page.locator("text").all():
        box, inner = text.bounding_box(), text.evaluate("t => t.getComputedTextLength()")
        assert inner <= box["width"] + 1
    assert (
        page.locator("title").first.text_content() == "OpenStack 2020.06: platform: not qualified"
    )


def test_pages_load_nothing_from_elsewhere_and_run_no_script(site, open_page):
    page = open_page(site.result)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.reload()
    assert all(address.startswith(site.url) for address in requested)
    expect(page.locator("script, [style], [onclick]")).to_have_count(0)


@pytest.mark.parametrize("tag", ["a", "b", "strong", "span", "code"])
def test_a_name_from_right_to_left_turns_nothing_round_that_is_said_beside_it(site, open_page, tag):
    order = """tag => {
        const name = document.createElement(tag), line = document.createElement('p')
        name.append('\u05e9\u05dd 42')
        line.append(name, ' 2026-11-30 expired')
        document.querySelector('main').prepend(line)
        const day = document.createRange()
        day.setStart(line.lastChild, 1)
        day.setEnd(line.lastChild, 11)
        return [name, day].map(one => one.getBoundingClientRect().left)
    }"""
    name, day = open_page(f"{site.url}/").evaluate(order, tag)
    assert name < day
