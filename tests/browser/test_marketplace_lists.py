"""The lists of the published tree, with products, in a real browser and from a folder on the disk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from refcheck_server.marketplace.publishing import publish
from refcheck_server.marketplace.terms import Terms
from refcheck_server.products.models import Product, ProductKind
from refcheck_server.results import services as results
from refcheck_server.review.models import Application
from securesystemslib.signer import CryptoSigner
from sqlalchemy import select

from refcheck.guideline import library
from tests.bench.registry_setup import registry_at, sqlite_in
from tests.browser.conftest import DESK, PHONE, look
from tests.server import samples
from tests.server.review.stage import one_failed, send, stage

pytestmark = pytest.mark.browser

PRODUCTS = {
    "atlas": ("Atlas", "Zephyr Hosting", ProductKind.PUBLIC_CLOUD, "published", "platform"),
    "borealis": ("Borealis", "Aurora Systems", ProductKind.DISTRIBUTION, "revoked", "platform"),
    "carmel": ("ענן כרמל 42", "חברה בע״מ", ProductKind.DISTRIBUTION, "published", "compute"),
}
"""Name, vendor, kind, what became of its application, and for which program."""
NAMES = ["Atlas", "Borealis", "ענן כרמל 42"]
ATLAS = samples.digest_of("atlas-robot")
CARMEL_CLOUD = f"clouds/{samples.digest_of('carmel-robot')}/index.html"
PRODUCT, CARMEL = (f"products/vendor-{one}/cloud-one/index.html" for one in ("atlas", "carmel"))


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The folder of a tree with three products, and a cloud with several results."""
    with registry_at(sqlite_in(tmp_path_factory.mktemp("lists"))) as registry:
        numbers = {}
        for key, (*_, state, target) in PRODUCTS.items():
            numbers[key] = stage(registry, key).brought_to(state, target=target)
        send(registry, "atlas-robot", one_failed, run_id="day 2", ended="2026-11-20T11:40:00Z")
        send(registry, "atlas-robot", samples.mixed, run_id="day 3", ended="2026-11-20T11:50:00Z")
        with registry.session() as session, session.begin():
            for key, (name, vendor, kind, *_) in PRODUCTS.items():
                application = session.get_one(Application, numbers[key])
                product = application.version.product
                product.name, product.vendor.name, product.kind = name, vendor, kind
                if key == "carmel":
                    application.expires_at += timedelta(days=30)
            results.label_cloud(session, samples.digest_of("carmel-robot"), "ענן כרמל")
            assert len(session.scalars(select(Product)).all()) == len(PRODUCTS)
        made = tmp_path_factory.mktemp("market") / "tree"
        with registry.session() as session:
            publish(session, made, CryptoSigner.generate_ed25519(), Terms(), now=registry.clock())
    return made


def shown(page):
    """The names of what is shown of the list of a page."""
    return page.locator(".lines > :visible").locator("h2, th[scope=row]")


@pytest.fixture
def open_list(tree, open_page):
    """Open a page of the tree from the disk."""

    def open_one(name, viewport=DESK):
        return open_page(f"file://{tree}/{name}", viewport=viewport)

    return open_one


def without_scripts(browser, tree, name):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"file://{tree}/{name}")
    return page


PRODUCTS_PAGE, GUIDELINES_PAGE = "products/index.html", "guidelines/index.html"
GUIDELINE, CLOUD = "guidelines/dns.2020.06/index.html", f"clouds/{ATLAS}/index.html"
PAGES = (PRODUCTS_PAGE, GUIDELINES_PAGE, GUIDELINE, CLOUD, PRODUCT)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(open_list, name):
    look(open_list(name))


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_products_are_searched_filtered_and_sorted(open_list, viewport):
    page = open_list(PRODUCTS_PAGE, viewport)
    count = page.get_by_role("status")
    expect(shown(page)).to_have_text(NAMES)
    page.get_by_label("Search").fill("DISTRIBUTION בע״מ")
    expect(shown(page)).to_have_text([NAMES[2]])
    expect(count).to_have_text("1 of 3 products")
    page.keyboard.press("Enter")
    page.get_by_label("Search").fill("")
    page.get_by_role("radio", name="distribution").check()
    expect(shown(page)).to_have_text(NAMES[1:])
    expect(count).to_have_text("2 of 3 products")
    page.get_by_role("radio", name="none at present").check()
    expect(shown(page)).to_have_text([NAMES[1]])
    for filters in ("Kind", "Mark"):
        page.get_by_role("group", name=filters, exact=True).get_by_role("radio", name="any").check()
    page.get_by_role("radio", name="OpenStack Powered Compute").check()
    expect(shown(page)).to_have_text([NAMES[2]])
    page.get_by_role("group", name="Program").get_by_role("radio", name="any").check()
    page.get_by_role("radio", name="by vendor").check()
    expect(shown(page)).to_have_text([NAMES[1], NAMES[0], NAMES[2]])
    page.get_by_role("radio", name="what lasts longest").check()
    expect(shown(page)).to_have_text([NAMES[2], NAMES[0], NAMES[1]])
    page.get_by_role("radio", name="by name").check()
    expect(shown(page)).to_have_text(NAMES)
    expect(count).to_have_text("3 products")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_guidelines_are_searched_filtered_and_sorted(open_list, viewport):
    page = open_list(GUIDELINES_PAGE, viewport)
    expect(shown(page)).to_have_count(len(library.ids()))
    page.get_by_label("Search").fill("2020.06")
    page.get_by_role("radio", name="approved").check()
    expect(shown(page)).to_have_text(["2020.06", "dns.2020.06", "orchestration.2020.06"])
    page.get_by_role("radio", name="Orchestration").check()
    expect(shown(page)).to_have_text(["orchestration.2020.06"])
    page.get_by_role("group", name="Program").get_by_role("radio", name="any").check()
    heading = page.get_by_role("button", name="Capabilities")
    heading.click()
    expect(shown(page)).to_have_text(["dns.2020.06", "orchestration.2020.06", "2020.06"])
    page.get_by_label("Search").fill("")
    expect(shown(page).first).to_have_text("dns.2018.11")


def test_enter_in_the_search_leaves_page_and_filters_as_they_are(open_list):
    page = open_list(PRODUCTS_PAGE)
    page.get_by_role("radio", name="distribution").check()
    page.get_by_label("Search").fill("borealis")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(shown(page)).to_have_text([NAMES[1]])
    assert page.url.endswith(PRODUCTS_PAGE)


@pytest.mark.parametrize("name", ["index.html", PRODUCTS_PAGE])
def test_no_line_is_one_that_browsers_number_so_that_thousands_are_searched_at_once(
    open_list, name
):
    display = "lines => lines.map(line => getComputedStyle(line).display)"
    found = open_list(name).locator(".lines > li").evaluate_all(display)
    assert "list-item" not in found
    assert len(found) >= len(PRODUCTS)


def test_a_long_name_without_a_space_is_no_wider_than_a_phone(open_list):
    page = open_list(PRODUCT, PHONE)
    page.get_by_label("Breadcrumb").locator("[aria-current]").evaluate(
        "name => { name.textContent = 'x'.repeat(200) }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_each_number_of_a_guideline_says_what_it_counts(open_list):
    page = open_list(GUIDELINES_PAGE, PHONE)
    before = "cell => getComputedStyle(cell, '::before').content"
    assert "Capabilities" in page.locator("td.number").first.evaluate(before)


def test_capabilities_of_a_cloud_and_its_history_are_searched_and_filtered_each_apart(open_list):
    page = open_list(CLOUD)
    capabilities = page.get_by_role("region", name="Capabilities", exact=True)
    history = page.get_by_role("region", name="History")
    every = capabilities.locator("tbody tr:visible")
    total = every.count()
    capabilities.get_by_label("Search").fill("flavors")
    expect(every).to_have_count(1)
    expect(capabilities.get_by_role("status")).to_have_text(f"1 of {total} capabilities")
    capabilities.get_by_label("Search").fill("")
    capabilities.get_by_role("radio", name="does not hold").check()
    expect(every.filter(has_not_text="does not hold")).to_have_count(0)
    expect(every.first).to_be_visible()
    runs = history.locator("tbody tr:visible")
    expect(runs).to_have_count(3)
    history.get_by_role("radio", name="does not qualify").check()
    expect(history.get_by_role("status")).to_have_text("2 of 3 results")
    expect(runs).to_have_count(2)


@pytest.mark.parametrize(
    ("name", "choice", "left"),
    [
        (PRODUCTS_PAGE, "public cloud", ["Atlas"]),
        (GUIDELINES_PAGE, "SCS-0128", ["scs-0128"]),
        (PRODUCT, "neither", None),
    ],
)
def test_filters_work_without_scripts_and_no_search_is_offered(browser, tree, name, choice, left):
    page = without_scripts(browser, tree, name)
    expect(page.get_by_label("Search")).not_to_be_visible()
    expect(page.get_by_role("group", name="Sort")).not_to_be_visible()
    page.get_by_role("radio", name=choice).check()
    if left is None:
        expect(page.locator(".matrix tbody tr:visible .outcome.good")).to_have_count(0)
        left = page.locator(".matrix tbody tr:visible .outcome.open").locator("xpath=../../th")
        expect(left.first).to_be_visible()
    else:
        expect(shown(page)).to_have_text(left)
    page.context.close()


def test_a_form_that_could_do_nothing_without_scripts_is_not_shown(browser, tree):
    page = without_scripts(browser, tree, "guidelines/2020.06/index.html")
    form = page.locator("form.controls")
    expect(form).to_have_count(1)
    expect(form).not_to_be_visible()
    page.context.close()


def test_what_a_browser_kept_of_a_form_is_heeded_when_one_comes_back(open_list):
    page = open_list(PRODUCTS_PAGE)
    page.get_by_role("radio", name="by vendor").check()
    page.get_by_role("link", name="Borealis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Borealis")
    page.go_back()
    expect(page.get_by_role("radio", name="by vendor")).to_be_checked()
    expect(shown(page)).to_have_text([NAMES[1], NAMES[0], NAMES[2]])
    page.get_by_role("radio", name="distribution").check()
    page.get_by_role("link", name="Borealis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Borealis")
    page.go_back()
    expect(page.get_by_role("status")).to_have_text("2 of 3 products")


STANDS_APART = """() => {
    const found = [], told = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (told.nextNode()) {
        const text = told.currentNode, inside = text.parentElement
        if (!/[\\u0590-\\u05ff]/.test(text.data)) continue
        const style = getComputedStyle(inside)
        const alone = /isolate|plaintext/.test(style.unicodeBidi) || style.display !== "inline"
        const only = inside.childNodes.length === 1 && !/[a-z]/i.test(text.data)
        if (!alone || !only) found.push(inside.outerHTML)
    }
    return found
}"""


@pytest.mark.parametrize("name", ["index.html", PRODUCTS_PAGE, CARMEL, CARMEL_CLOUD])
def test_a_name_from_right_to_left_stands_apart_from_what_is_said_beside_it(open_list, name):
    page = open_list(name)
    assert re.search("[\u0590-\u05ff]", page.locator("main").inner_text())
    assert page.evaluate(STANDS_APART) == []
