"""Notices, webhooks, mail, jobs and evidence in a real browser: readable by everyone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import pytest
import requests
from playwright.sync_api import expect
from refcheck_server.accounts import services, sessions
from refcheck_server.accounts.models import Membership, digest_of
from refcheck_server.accounts.rights import Role
from refcheck_server.database import Database
from refcheck_server.evidence.models import Attachment, Blob
from refcheck_server.jobs.models import Job
from refcheck_server.notices.models import Delivery, Feed, Notice, Subscription, Webhook
from refcheck_server.results.models import StoredResult
from refcheck_server.review import models as _reviews  # noqa: F401 - its tables are referred to
from refcheck_server.vendors.models import Vendor
from sqlalchemy import select

from refcheck.result.signing import load_signer
from tests.browser.test_account_pages import findings
from tests.server import live, samples

pytestmark = pytest.mark.browser
MAIL = {
    "REFCHECK_REGISTRY_MAIL_SERVER": "127.0.0.1:1",
    "REFCHECK_REGISTRY_MAIL_FROM": "registry@example.org",
    "REFCHECK_REGISTRY_PUBLIC_URL": "http://registry.example.org",
}
LINK = "a-secret-of-a-link"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A registry in which much was told, and the secrets of browsers signed in there."""
    folder = tmp_path_factory.mktemp("told")
    place = ["--data", str(folder)]
    with live.serving(*place, **MAIL) as registry:
        key, token = live.new_account("example", folder, *place)
        requests.post(
            f"{registry.url}/api/v1/results",
            data=samples.envelope(samples.result(samples.mixed), load_signer(key)),
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        ).raise_for_status()
        database = Database(f"sqlite:///{folder / 'registry.db'}")
        with database.session() as session, session.begin():
            cookies = fill(session)
            result = session.scalar(select(StoredResult.id))
        database.engine.dispose()
        yield registry.url, cookies, result


def fill(session):
    now, cookies = datetime.now(UTC), {}
    vendor = Vendor(
        slug="example-clouds", name="Example Clouds", website="", contact="", description="",
        state="approved", registered_at=now,
    )  # fmt: skip
    session.add(vendor)
    session.flush()
    for name, role in (
        ("alice", Role.ADMINISTRATOR),
        ("bob", Role.SUBMITTER),
        ("carol", Role.SUBMITTER),
    ):
        account = services.add_account(session, name, now=now, role=role)
        place = Role.VENDOR_ADMINISTRATOR
        session.add(Membership(vendor_id=vendor.id, account_id=account.id, role=place, since=now))
        confirmed = None if name == "carol" else now
        session.add(
            Subscription(
                account_id=account.id, address=f"{name}@example.org", topics="marks vendor",
                sha256=digest_of(LINK) if name == "carol" else None, asked_at=now,
                confirmed_at=confirmed,
            )
        )  # fmt: skip
        cookies[name] = secrets.token_urlsafe(32)
        sessions.begin(session, account, cookies[name], strong=True, device="", now=now)
    session.add(Feed(vendor_id=vendor.id, sha256=digest_of("feed"), made_at=now))
    session.add_all(
        Notice(
            number=1000 + number, vendor_id=vendor.id, action=action, topic=topic, at=now,
            title=title, text=text, path="/vendors/example-clouds", facts="{}",
        )
        for number, (action, topic, title, text) in enumerate(NEWS)
    )  # fmt: skip
    for failing, stopped in (
        (None, None),
        (now - timedelta(hours=3), None),
        (now - timedelta(days=6), now),
    ):
        session.add(
            Webhook(
                vendor_id=vendor.id, url="https://hooks.example.org/refcheck?of=example-clouds&x=" + "y" * 90,
                topics="marks results vendor", secret="whsec_", made_at=now, failing_since=failing,
                stopped_at=stopped,
            )
        )  # fmt: skip
    session.flush()
    for state, status, fault in (
        ("delivered", 204, None), ("failed", 500, "answered 500"),
        ("failed", None, "shows a certificate that does not count (self-signed certificate)"),
    ):  # fmt: skip
        session.add(
            Delivery(
                webhook_id=3, message=f"msg_{secrets.token_hex(16)}", action="result.judged", payload="{}",
                made_at=now, state=state, attempts=8, status=status, fault=fault, last_at=now,
            )
        )  # fmt: skip
    session.add_all(
        Job(
            task="mail.send", arguments='{"account": 7, "notice": 12}', made_at=now, due_at=now + late,
            attempts=8, dead_at=dead, fault="the mail server refuses the address (550)",
        )
        for dead, late in ((now, timedelta()), (None, timedelta(days=1)))
    )  # fmt: skip
    result = session.scalar(select(StoredResult.id))
    for name in ("journal.sqlite.zst", "code-inventory.json"):
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        session.add(Blob(sha256=sha256, size=123_456, touched_at=now))
        session.flush()
        session.add(Attachment(result_id=result, sha256=sha256, name=name, attached_at=now))
    return cookies


NEWS = [
    ("vendor.approved", "vendor", "Example Clouds is approved", "Everyone sees the vendor Example Clouds and its products from now on."),
    ("member.place_given", "vendor", "carol is administrator of Example Clouds", "bob made carol, who was member before, administrator."),
    ("result.judged", "results", "A result of Cloud One came in", "The run 20261120-110000-sample was judged by this registry.\n\n- platform under 2020.06: qualifies for OpenStack Powered Platform\n- compute under 2020.06: does not qualify"),
    ("claim.issued", "marks", "Cloud One may claim OpenStack Powered Platform", "A signed claim was published. It allows exactly these words:\n\nHolds every capability."),
]  # fmt: skip


def pages(url, result):
    vendor = f"{url}/vendors/example-clouds"
    return {
        "notices": ("bob", f"{vendor}/notices"),
        "webhook": ("bob", f"{vendor}/webhooks/3"),
        "mail": ("bob", f"{url}/account/notices"),
        "mail to be confirmed": ("carol", f"{url}/account/notices"),
        "confirmation": ("carol", f"{url}/account/notices/confirm?secret={LINK}"),
        "vendor": ("bob", vendor),
        "account": ("alice", f"{url}/account"),
        "jobs": ("alice", f"{url}/jobs"),
        "evidence": ("bob", f"{url}/results/{result}"),
    }


def test_every_page_about_notices_jobs_and_evidence_is_for_everyone(told, open_page):
    url, cookies, result = told
    wrong = []
    for who, address in pages(url, result).values():
        page = open_page(url)
        page.context.add_cookies([{"name": "refcheck", "value": cookies[who], "url": url}])
        answer = page.goto(address)
        assert answer.status == 200, (address, page.content())
        wrong.extend(findings(page))
    assert wrong == [], "\n".join(map(str, wrong))


def test_a_webhook_and_a_feed_are_made_by_hand_and_their_secrets_shown_once(told, open_page):
    url, cookies, _ = told
    page = open_page(url)
    page.context.add_cookies([{"name": "refcheck", "value": cookies["bob"], "url": url}])
    page.goto(f"{url}/vendors/example-clouds/notices")
    page.get_by_label("Address").fill("https://127.0.0.1/hook")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("alert")).to_contain_text("leads to no public address")
    page.get_by_label("Address").fill("https://hooks.example.com/new")
    page.get_by_role("button", name="Register").click()
    assert page.locator("pre").inner_text().startswith("whsec_")
    page.get_by_role("button", name="Make a new address").click()
    expect(page.locator("pre")).to_contain_text("/notices.atom?secret=")
    page.goto(f"{url}/vendors/example-clouds/notices")
    expect(page.locator("pre")).to_have_count(0)
