"""The report of a run in a real browser: from its file, without scripts, on any screen."""

from __future__ import annotations

from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from refcheck.report.as_html import render
from refcheck.result.outcome import Outcome
from tests.browser.conftest import DESK
from tests.report import samples

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
LONG = samples.NASTY + "x" * 400
STREAMS = {
    "troubled": lambda: samples.events(seed=11, weather=samples.Weather(trouble=0.2)),
    "hostile": lambda: samples.events(
        samples.SMALL, weather=samples.Weather(kind=Outcome.FAILED, words=LONG)
    ),
    "killed": lambda: samples.events(seed=11)[:30],
    "clean": lambda: samples.stream_of(*[Outcome.PASSED] * len(samples.SMALL)),
    "empty": lambda: samples.events()[:1],
}


@cache
def content(name):
    return render(samples.story(STREAMS[name]()))


@pytest.fixture
def open_report(open_page, tmp_path):
    def open_one(name, **how):
        file = tmp_path / "report.html"
        file.write_bytes(content(name))
        return open_page(file.as_uri(), **how)

    return open_one


def unfold(page):
    page.evaluate("[...document.querySelectorAll('details')].slice(0, 40).map(d => d.open = true)")


@pytest.mark.parametrize("name", STREAMS)
def test_axe_finds_nothing_in_light_and_in_dark(open_report, name):
    page = open_report(name)
    unfold(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"


@pytest.mark.parametrize("name", STREAMS)
def test_nothing_has_to_be_scrolled_sideways_on_a_phone_or_a_desk(open_report, name):
    page = open_report(name)
    unfold(page)
    for viewport in (NARROW, DESK):
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_text_is_never_wider_than_its_box_on_a_phone(open_report):
    """Beside what scrolls by itself: tables and the timeline."""
    page = open_report("troubled", viewport=NARROW)
    unfold(page)
    too_wide = page.evaluate(
        "[...document.querySelectorAll('main :not(.scroll, .scroll *)')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".map(e => e.tagName + ' ' + e.className)"
    )
    assert too_wide == []


def test_without_scripts_a_failure_is_found_with_the_keyboard(browser, tmp_path):
    file = tmp_path / "report.html"
    file.write_bytes(content("troubled"))
    context = browser.new_context(java_script_enabled=False, viewport=DESK)
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("mycloud")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skips to the verdict
    failure = page.locator("details.failure.failed").first
    curl = failure.locator("details.exchange[open] pre.curl").first
    expect(curl).not_to_be_visible()
    failure.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(curl).to_be_visible()
    context.close()


def test_a_link_to_a_failure_opens_where_it_leads(open_report):
    page = open_report("troubled")
    link = page.locator("ol.steps a").first
    target = link.get_attribute("href")
    link.click()
    page.wait_for_function(  # it glides there
        "target => { const top = document.querySelector(target).getBoundingClientRect().top;"
        " return top >= 0 && top < innerHeight; }",
        arg=target,
    )


def test_it_loads_nothing_and_runs_nothing(open_page, tmp_path):
    file = tmp_path / "report.html"
    file.write_bytes(content("hostile"))
    page = open_page(file.as_uri())
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("dialog", lambda dialog: requested.append(dialog.message))
    page.reload()
    assert requested == [file.as_uri()]
    expect(page.locator("script, iframe, [onclick]")).to_have_count(0)


def test_the_timeline_is_drawn_within_its_frame(open_report):
    page = open_report("troubled")
    svg = page.locator("svg").bounding_box()
    for box in page.locator("rect.bar").evaluate_all(
        "bars => bars.map(b => { const r = b.getBoundingClientRect(); return [r.left, r.right]; })"
    ):
        assert svg["x"] <= box[0] <= box[1] <= svg["x"] + svg["width"]
    assert page.locator("rect.bar").count() > 280
    assert page.locator("circle.again").count() > 5
    expect(page.locator("line.resumed")).to_have_count(1)


def test_paper_is_white_whatever_the_screen_and_shows_the_evidence(open_report):
    page = open_report("troubled", scheme="dark")
    page.emulate_media(media="print")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    expect(page.locator("nav")).not_to_be_visible()
    assert page.locator("details.failure pre.curl").last.evaluate("e => e.checkVisibility()")
