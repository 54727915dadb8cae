"""Applications, the cockpit and the board in a real browser: used by hand, readable by everyone."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from refcheck_server.accounts import services, sessions
from refcheck_server.marketplace.publishing import publish
from refcheck_server.marketplace.terms import Terms
from securesystemslib.signer import CryptoSigner
from werkzeug.serving import make_server

from tests.bench.registry_setup import registry_at, sqlite_in
from tests.browser.conftest import look
from tests.server.review.stage import Stage, one_failed, send, stage

pytestmark = pytest.mark.browser


@dataclass
class House:
    """A registry that serves, with applications in many states.

    Attributes:
        pages: path and reader of each, by what it shows.
        market: the folder that all of it is published to.
    """

    url: str
    stage: Stage
    pages: dict[str, tuple[str, str]]
    market: Path

    def enter(self, page, who):
        """Let this browser be signed in as somebody."""
        secret, registry = secrets.token_urlsafe(32), self.stage.registry
        with registry.session() as session, session.begin():
            account = services.find_account(session, who)
            now = registry.clock()
            sessions.begin(session, account, secret, strong=True, device="test", now=now)
        page.context.add_cookies([{"name": "refcheck", "value": secret, "url": self.url}])


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with registry_at(sqlite_in(tmp_path_factory.mktemp("review"))) as registry:
        made, pages = filled(registry)
        server = make_server("127.0.0.1", 0, registry.client.application, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        market = tmp_path_factory.mktemp("market") / "tree"
        with registry.session() as session:
            signer = CryptoSigner.generate_ed25519()
            publish(session, market, signer, Terms(), now=registry.clock())
        yield House(f"http://127.0.0.1:{server.server_port}", made, pages, market)
        server.shutdown()


def filled(registry):
    """Two vendors' applications over some weeks; pages by what they show, with who looks."""
    clock = registry.clock
    begin = clock.now
    made, other = stage(registry, "example-clouds"), stage(registry, "harbour", one_failed)
    robot = f"{made.owner}-robot"
    for week in range(6):
        clock.now = begin + timedelta(weeks=week - 7)
        number = made.draft()
        for what, days in (("agree", 0), ("submit", 0), ("take-up", 1 + week), ("approve", 2)):
            clock.forward(days=days)
            made.done(number, what)
    clock.now = begin
    made.done(number, "publish")
    send(registry, robot, one_failed, run_id="day 2", ended="2026-11-20T11:40:00Z")
    worse = send(registry, robot, one_failed, run_id="day 3", ended="2026-11-20T11:50:00Z")
    clock.now = begin - timedelta(days=20)
    other.brought_to("rejected")
    other.brought_to("changes asked")
    waiting = other.brought_to("submitted")
    cockpit = made.draft(result=worse, note="A newer run, after the update.")
    test = "test_list_servers_filter_by_server_name"
    path = f"/applications/{cockpit}"
    made.ask(made.owner, "POST", f"{path}/waivers", test=test, wish="Fixed upstream next week.")
    for what in ("agree", "submit", "take-up"):
        made.done(cockpit, what)
    clock.now = begin
    said = {"text": "Looks like the fault that Harbour Cloud had.", "internal": "yes"}
    made.ask(made.reviewer, "POST", f"{path}/comments", **said)
    made.ask(made.reviewer, "POST", f"{path}/comments", text="Which release is this?")
    draft = made.draft()
    new = f"{made.product}/versions/{made.version}/applications/new"
    return made, {
        "list": ("/applications", made.reviewer),
        "cockpit": (path, made.reviewer),
        "vendor's view": (path, made.owner),
        "waits": (f"/applications/{waiting}", made.reviewer),
        "published": (f"/applications/{number}", made.owner),
        "draft": (f"/applications/{draft}", made.owner),
        "form": (new, made.owner),
        "change": (f"/applications/{draft}/edit", made.owner),
        "board": ("/flow", made.reviewer),
        "product": (made.product, made.owner),
    }


NAMES = [
    "list",
    "cockpit",
    "vendor's view",
    "waits",
    "published",
    "draft",
    "form",
    "change",
    "board",
    "product",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_for_everyone_in_light_and_dark_on_a_phone_and_a_desk(house, open_page, name):
    page = open_page(f"{house.url}/sign-in")
    path, who = house.pages[name]
    house.enter(page, who)
    answer = page.goto(house.url + path)
    assert answer.status == 200
    look(page)


@pytest.mark.parametrize("name", ["index.html", "vendor-example-clouds/cloud-one/index.html"])
def test_the_published_pages_of_products_are_for_everyone_too(house, open_page, name):
    page = open_page(f"file://{house.market}/products/{name}")
    expect(page.get_by_text("OpenStack Powered Platform").first).to_be_visible()
    look(page)


def test_a_reviewer_and_a_vendor_come_to_an_approval_each_in_a_browser(house, open_page):
    made = house.stage
    number = made.draft()
    vendor, reviewer = (open_page(f"{house.url}/sign-in") for _ in range(2))
    house.enter(vendor, made.owner)
    house.enter(reviewer, made.reviewer)
    address = f"{house.url}/applications/{number}"
    vendor.goto(address)
    expect(vendor.get_by_role("button", name="Submit it")).to_be_disabled()
    vendor.get_by_role("button", name="We agree").click()
    vendor.get_by_role("button", name="Submit it").click()
    reviewer.goto(f"{house.url}/applications?state=submitted")
    reviewer.get_by_role("link", name=f"Number {number}", exact=True).click()
    reviewer.get_by_role("button", name="Take it up").click()
    reviewer.get_by_label("Ask for changes: why").fill("Say which hypervisor it is.")
    reviewer.get_by_role("button", name="Ask for changes").click()
    vendor.goto(address)
    expect(vendor.get_by_text("Say which hypervisor it is.")).to_be_visible()
    vendor.get_by_role("link", name="Change what it says").click()
    vendor.get_by_label("To the reviewers").fill("KVM.")
    vendor.get_by_role("button", name="Change it").click()
    vendor.get_by_role("button", name="Submit it").click()
    reviewer.goto(address)
    reviewer.get_by_role("button", name="Approve it").click()
    vendor.goto(address)
    vendor.get_by_role("button", name="Publish it").click()
    expect(vendor.locator(".meta").get_by_text("published")).to_be_visible()
