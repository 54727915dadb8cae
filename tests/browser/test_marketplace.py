"""The published tree in a real browser: from a plain web server, and from a folder on the disk."""

from __future__ import annotations

import functools
import http.server
import re
import threading

import pytest
from playwright.sync_api import expect
from refcheck_server.marketplace.publishing import publish
from refcheck_server.marketplace.terms import Terms
from refcheck_server.results.models import Cloud, StoredVerdict
from securesystemslib.signer import CryptoSigner
from sqlalchemy import select

from tests.bench.registry_setup import registry_at, sqlite_in
from tests.browser.conftest import look
from tests.server import samples

pytestmark = pytest.mark.browser

CLOUDS = {
    "Example Cloud, Falun": {"outcome": samples.passed},
    "Nordic Compute": {"outcome": samples.passed},
    "Harbour Cloud": {"outcome": samples.mixed},
    "Second Harbour": {"outcome": samples.mixed, "guideline": "2022.11"},
}
PAGES = {
    "front": "index.html",
    "with a mark": f"clouds/{samples.digest_of('Example Cloud, Falun')}/index.html",
    "without": f"clouds/{samples.digest_of('Harbour Cloud')}/index.html",
    "guidelines": "guidelines/index.html",
    "guideline": "guidelines/2020.06/index.html",
}


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    """The folder of a published tree with four clouds."""
    folder = tmp_path_factory.mktemp("market")
    with registry_at(sqlite_in(folder)) as registry:
        for name, given in CLOUDS.items():
            changes = {"cloud": samples.digest_of(name), "run_id": name, **given}
            result = samples.result(changes.pop("outcome"), **changes)
            assert registry.submit(result).status_code == 201
        with registry.session() as session, session.begin():
            names = {samples.digest_of(name): name for name in CLOUDS}
            for cloud in session.scalars(select(Cloud)):
                cloud.label = names[cloud.digest]
            for verdict in session.scalars(select(StoredVerdict)):
                if verdict.result.run_id == "Example Cloud, Falun" and verdict.target != "object":
                    verdict.qualifies, verdict.mark = True, verdict.title
                    verdict.designated_code_rule = "held"
        with registry.session() as session:
            terms = Terms(address="https://marks.example.org")
            signer = CryptoSigner.generate_ed25519()
            publish(session, folder / "tree", signer, terms, now=registry.clock())
    return folder / "tree"


@pytest.fixture(scope="module")
def address(market):
    """The tree behind a web server that knows nothing but files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments):
            pass

    handler = functools.partial(Quiet, directory=str(market))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(address, open_page, name):
    page = open_page(f"{address}/{PAGES[name]}")
    page.evaluate("[...document.querySelectorAll('details')].slice(0, 12).map(d => d.open = true)")
    look(page)


def shown(page):
    """The names of the clouds that are shown."""
    return page.locator(".market > li:visible h3")


def test_a_visitor_searches_and_filters_without_a_server(market, open_page):
    page = open_page(f"file://{market}/index.html")
    expect(shown(page)).to_have_text(sorted(CLOUDS))
    page.get_by_label("Search").fill("harbour")
    expect(shown(page)).to_have_text(["Harbour Cloud", "Second Harbour"])
    expect(page.get_by_role("status")).to_have_text("2 of 4 clouds")
    page.get_by_role("radio", name="2022.11").check()
    expect(shown(page)).to_have_text(["Second Harbour"])
    page.get_by_label("Search").fill("")
    page.get_by_role("group", name="Guideline").get_by_role("radio", name="any").check()
    page.get_by_role("radio", name="holds a mark").check()
    expect(shown(page)).to_have_text(["Example Cloud, Falun"])
    page.get_by_role("link", name="Example Cloud, Falun").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Example Cloud, Falun")
    page.wait_for_load_state()
    badge = page.get_by_role("img", name="Badge:")
    assert badge.evaluate("image => image.complete && image.naturalWidth > 100")


def test_filters_work_without_scripts_and_no_search_is_offered(market, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{market}/index.html")
    expect(page.get_by_label("Search")).not_to_be_visible()
    page.get_by_role("radio", name="capabilities held").check()
    expect(shown(page)).to_have_text(["Nordic Compute"])
    context.close()


def test_a_visitor_sorts_the_clouds_and_each_table_without_a_server(market, open_page):
    page = open_page(f"file://{market}/index.html")
    page.get_by_role("radio", name="what lasts longest").check()
    held = re.compile("Example Cloud, Falun|Nordic Compute")
    expect(shown(page)).to_have_text([held, held, "Harbour Cloud", "Second Harbour"])
    page.get_by_role("radio", name="by name").check()
    expect(shown(page)).to_have_text(sorted(CLOUDS))
    page.goto(f"file://{market}/{PAGES['without']}")
    names = page.locator(".matrix tbody th")
    before = names.all_inner_texts()
    passed = page.locator(".matrix").get_by_role("button", name="Tests passed")
    passed.focus()
    page.keyboard.press("Enter")
    counts = [int(one.split(" ")[0]) for one in page.locator(".matrix td.number").all_inner_texts()]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    assert names.all_inner_texts() != before
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Tests passed")
    page.locator(".matrix").get_by_role("button", name="Capability").click()
    assert names.all_inner_texts() == before
    page.locator(".matrix").get_by_role("button", name="Capability").click()
    assert names.all_inner_texts() == before[::-1]


def test_badges_fit_their_text_and_name_their_last_day(address, open_page):
    folder = PAGES["with a mark"].removesuffix("index.html")
    page = open_page(f"{address}/{folder}badge.svg")
    for text in page.locator("text").all():
        box, inner = text.bounding_box(), text.evaluate("t => t.getComputedTextLength()")
        assert inner <= box["width"] + 1
    title = page.locator("title").first.text_content()
    assert title == "OpenStack 2020.06: Powered Platform, until 2027-02-18"


def test_pages_load_nothing_from_elsewhere(address, open_page):
    for name in ("front", "with a mark"):
        page = open_page(f"{address}/{PAGES[name]}")
        requested: list[str] = []
        page.on("request", lambda request, seen=requested: seen.append(request.url))
        page.reload()
        assert requested
        assert all(one.startswith(address) for one in requested)
