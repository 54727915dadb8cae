"""Vendors' webhooks: what they get, how they know whose it is, and what becomes of it in vain."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import ssl
from dataclasses import replace

import pytest
import trustme
from refcheck_server.jobs.tasks import PAUSES
from refcheck_server.notices import posting
from refcheck_server.notices.webhooks import MOST
from refcheck_server.settings import Webhooks

from tests.server.notices.conftest import left_over, work_off
from tests.server.vendors.test_vendors import invite, register, token
from tests.server.visitor import visiting_as, with_password

ANYWHERE = {"WEBHOOKS": "anywhere"}


class Hooked:
    """A registry with a vendor, who administers it, and a webhook of it."""

    def __init__(self, registry, url):
        self.registry = registry
        self.owner = visiting_as(registry, with_password(registry, "owner"))
        self.slug = register(self.owner, "Example")
        self.where = f"/vendors/{self.slug}/webhooks"
        page = self.owner.post(self.where, url=url, topics=["vendor", "marks"])
        assert page.status_code == 200, page.text
        self.secret = secret_on(page)
        self.hook = f"{self.where}/1"
        work_off(registry)  # its own registration is news too

    def happens(self):
        invite(self.owner, self.slug)
        work_off(self.registry)

    def deliveries(self):
        given = {"Authorization": f"Bearer {token(self.registry, 'owner')}"}
        return self.registry.client.get(f"/api/v1{self.hook}/deliveries", headers=given).json[
            "deliveries"
        ]


def secret_on(page):
    return re.search(r"whsec_[A-Za-z0-9+/=]+", page.text)[0]


def is_signed_by(secret, headers, body):
    """As https://www.standardwebhooks.com/ has a receiver check it."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in headers["webhook-signature"].split(" ")


def test_news_arrive_signed_with_type_time_and_what_happened(telling, receiver):
    hook = receiver()
    hooked = Hooked(telling(**ANYWHERE), hook.url)
    hook.messages.clear()
    hooked.happens()
    [(headers, body)] = hook.messages
    assert is_signed_by(hooked.secret, headers, body)
    assert int(headers["webhook-timestamp"]) == hooked.registry.clock().timestamp()
    told = json.loads(body)
    assert (told["type"], told["timestamp"]) == ("invitation.made", "2026-11-20T12:00:00Z")
    assert told["data"]["vendor"] == "example"
    assert told["data"]["title"] == "owner invites someone to Example"
    assert told["data"]["url"] == "http://localhost/vendors/example"
    assert hooked.deliveries()[0]["state"] == "delivered"
    assert left_over(hooked.registry) == []


def test_a_changed_message_or_another_secret_is_not_signed(telling, receiver):
    hook = receiver()
    hooked = Hooked(telling(**ANYWHERE), hook.url)
    headers, body = hook.messages[-1]
    assert is_signed_by(hooked.secret, headers, body)
    assert not is_signed_by(hooked.secret, headers, body + b" ")
    assert not is_signed_by(hooked.secret, {**headers, "webhook-timestamp": "1"}, body)
    assert not is_signed_by("whsec_" + base64.b64encode(b"x" * 32).decode(), headers, body)


def test_a_new_secret_and_the_old_one_sign_for_a_day_then_the_new_one_alone(telling, receiver):
    hook = receiver()
    hooked = Hooked(telling(**ANYWHERE), hook.url)
    new = secret_on(hooked.owner.post(f"{hooked.hook}/secret"))
    hooked.happens()
    assert [is_signed_by(one, *hook.messages[-1]) for one in (hooked.secret, new)] == [True, True]
    hooked.registry.clock.forward(hours=25)
    hooked.owner = visiting_as(hooked.registry, "owner")
    hooked.happens()
    assert [is_signed_by(one, *hook.messages[-1]) for one in (hooked.secret, new)] == [False, True]
    assert new not in hooked.owner.get(f"/vendors/{hooked.slug}/notices").text


def test_what_was_not_taken_is_sent_again_as_the_same_message(telling, receiver):
    hook = receiver()
    hooked = Hooked(telling(**ANYWHERE), hook.url)
    hook.messages.clear()
    hook.answer = lambda number: (500 if number == 1 else 200, {"Content-Length": "0"}, b"")
    hooked.happens()
    assert [one["fault"] for one in hooked.deliveries()[:1]] == ["answered 500"]
    page = hooked.owner.get(hooked.hook).text
    assert "answered 500" in page
    assert "failing" in page
    hooked.registry.clock.forward(seconds=15)
    work_off(hooked.registry)
    first, second = (headers["webhook-id"] for headers, _ in hook.messages)
    assert first == second
    assert (hooked.deliveries()[0]["state"], hooked.deliveries()[0]["attempts"]) == ("delivered", 2)


def test_in_vain_long_enough_is_failed_and_the_operator_is_not_bothered(telling, receiver):
    hook = receiver()
    hooked = Hooked(telling(**ANYWHERE), hook.url)
    hook.answer = lambda _: (302, {"Location": "http://127.0.0.1/", "Content-Length": "0"}, b"")
    hooked.happens()
    for pause in PAUSES:
        hooked.registry.clock.now += pause * 1.2
        work_off(hooked.registry)
    [last, *_] = hooked.deliveries()
    assert (last["state"], last["fault"], last["attempts"]) == ("failed", "answered 302", 8)
    assert left_over(hooked.registry) == []
    hook.answer = lambda _: (200, {"Content-Length": "0"}, b"")
    hooked.owner = visiting_as(hooked.registry, "owner")
    assert hooked.owner.post(f"{hooked.hook}/deliveries/{last['id']}/repeat").status_code == 303
    work_off(hooked.registry)
    assert hooked.deliveries()[0]["state"] == "delivered"


@pytest.mark.parametrize("gone", [True, False])
def test_a_webhook_that_is_gone_or_took_nothing_for_days_is_stopped_and_told_of(
    telling, receiver, gone
):
    hook = receiver()
    hooked = Hooked(telling(**ANYWHERE), hook.url)
    hook.answer = lambda _: (410 if gone else 500, {"Content-Length": "0"}, b"")
    hooked.happens()
    if not gone:
        hooked.registry.clock.now += posting.STOPS_AFTER
        work_off(hooked.registry)
    hooked.owner = visiting_as(hooked.registry, "owner")
    assert "A webhook of Example was stopped" in hooked.owner.get("/vendors/example/notices").text
    before, kept = len(hook.messages), len(hooked.deliveries())
    hooked.happens()
    assert len(hooked.deliveries()) == kept
    assert hooked.owner.post(f"{hooked.hook}/try").status_code == 303
    work_off(hooked.registry)
    assert len(hook.messages) == before
    assert hooked.owner.post(f"{hooked.hook}/start").status_code == 303
    hook.answer = lambda _: (200, {"Content-Length": "0"}, b"")
    assert hooked.owner.post(f"{hooked.hook}/try").status_code == 303
    work_off(hooked.registry)
    assert json.loads(hook.messages[-1][1])["type"] == "webhook.test"


def test_a_webhook_that_was_removed_gets_nothing_more(telling, receiver):
    hook = receiver()
    hooked = Hooked(telling(**ANYWHERE), hook.url)
    hook.answer = lambda _: (500, {"Content-Length": "0"}, b"")
    hooked.happens()
    before = len(hook.messages)
    assert hooked.owner.post(f"{hooked.hook}/remove").status_code == 303
    hooked.registry.clock.forward(minutes=1)
    work_off(hooked.registry)
    assert len(hook.messages) == before
    assert left_over(hooked.registry) == []


def test_only_what_was_asked_for_is_sent(telling, receiver):
    hook = receiver()
    registry = telling(**ANYWHERE)
    hooked = Hooked(registry, hook.url)
    hook.messages.clear()
    registry.client.post(  # topic: results
        "/api/v1/nonces", headers={"Authorization": f"Bearer {registry.example.token}"}
    )
    with_password(registry, "other")
    register(visiting_as(registry, "other"), "Somebody else")
    invite(visiting_as(registry, "other"), "somebody-else")
    work_off(registry)
    assert hook.messages == []
    hooked.happens()
    assert len(hook.messages) == 1


@pytest.mark.parametrize(
    "url", ["http://example.org/", "https://127.0.0.1/", "https://0x7f.1/", "https://[::1]/", "x"]
)
def test_an_address_inside_is_refused_where_it_is_typed(telling, url):
    registry = telling()
    owner = visiting_as(registry, with_password(registry, "owner"))
    slug = register(owner, "Example")
    page = owner.post(f"/vendors/{slug}/webhooks", url=url, topics=["marks"])
    assert page.status_code == 400
    assert re.search(r'role="alert"><strong>URL (leads|is|does|has) ', page.text)
    assert re.findall(r'value="(\w+)" checked', page.text) == ["marks"]
    assert "By https, and public." in page.text
    given = {"Authorization": f"Bearer {token(registry, 'owner')}"}
    answer = registry.client.post(
        f"/api/v1/vendors/{slug}/webhooks", json={"url": url, "topics": ["marks"]}, headers=given
    )
    assert (answer.status_code, answer.json["error"]["path"]) == (400, "$.url")


def test_a_name_inside_is_refused_when_it_is_asked(telling, receiver):
    hook = receiver()
    registry = telling()
    port = hook.url.split(":")[2].split("/")[0]
    hooked = Hooked(registry, f"https://localhost:{port}/")
    hooked.happens()
    assert hooked.deliveries()[0]["fault"] == "leads to an address that is not public"
    assert hook.messages == []


def test_there_are_none_where_the_operator_wants_none(telling):
    registry = telling(WEBHOOKS="nowhere")
    owner = visiting_as(registry, with_password(registry, "owner"))
    slug = register(owner, "Example")
    page = owner.post(f"/vendors/{slug}/webhooks", url="https://example.org/", topics=["marks"])
    assert page.status_code == 409


def test_a_webhook_from_before_the_operator_wanted_none_is_sent_nothing(telling, receiver):
    hook = receiver()
    hooked = Hooked(telling(**ANYWHERE), hook.url)
    before = len(hook.messages), len(hooked.deliveries())
    settings = replace(hooked.registry.settings, webhooks=Webhooks.NOWHERE)
    hooked.registry.settings = settings
    hooked.happens()
    assert (len(hook.messages), len(hooked.deliveries())) == before
    assert hooked.owner.post(f"{hooked.hook}/try").status_code == 303
    work_off(hooked.registry)
    assert len(hook.messages) == before[0]
    [tried, *_] = hooked.deliveries()
    assert (tried["state"], tried["fault"]) == ("waiting", "is not asked: there are no webhooks")


def test_a_vendor_has_so_many_webhooks_and_no_more(telling):
    registry = telling()
    owner = visiting_as(registry, with_password(registry, "owner"))
    where = f"/vendors/{register(owner, 'Example')}/webhooks"
    for number in range(MOST + 1):
        page = owner.post(where, url=f"https://example.org/{number}", topics=["marks"])
        assert page.status_code == (200 if number < MOST else 409)
    assert f"Example has {MOST} webhooks" in page.text


def test_the_certificate_must_be_of_that_name_and_trusted(telling, receiver, monkeypatch, tmp_path):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    hook = receiver(context)
    hooked = Hooked(telling(**ANYWHERE), hook.url.replace("127.0.0.1", "localhost"))
    assert "certificate" in hooked.deliveries()[0]["fault"]
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    hooked.happens()
    assert hooked.deliveries()[0]["state"] == "delivered"
    other = hooked.owner.post(hooked.where, url=hook.url, topics=["vendor"])  # by its number
    assert other.status_code == 200
    before = len(hook.messages)
    hooked.owner.post(f"{hooked.where}/2/try")
    work_off(hooked.registry)
    page = hooked.owner.get(f"{hooked.where}/2").text
    assert "shows a certificate that does not count" in page
    assert len(hook.messages) <= before + 1  # the first one heard of the second
