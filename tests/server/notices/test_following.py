"""What the audit log tells is told on: to whom it concerns, once, and to nobody else."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import refcheck_server
from defusedxml import ElementTree
from refcheck_server.jobs.tasks import Tools
from refcheck_server.notices import following
from refcheck_server.notices.models import Notice, NoticeCursor
from refcheck_server.notices.rules import RULES
from refcheck_server.results.models import Judgement, StoredVerdict
from refcheck_server.results.rejudging import rejudge
from sqlalchemy import func, select, update

from tests.server import samples
from tests.server.accounts.all_deeds import DEEDS
from tests.server.accounts.doing import Doing
from tests.server.notices.conftest import left_over, work_off
from tests.server.products.test_products import add_product
from tests.server.vendors.test_vendors import invite, register
from tests.server.visitor import Role, visiting_as, with_password

TEXTS = Path(refcheck_server.__file__).parent / "templates" / "notices"
OF_APPLICATIONS = {action for action in RULES if action.startswith("application.")}
TOLD_ELSEWHERE = {
    "results.rejudged", "webhook.stopped", "second_factor.dropped", *OF_APPLICATIONS,
    "waiver.refused", "waiver.ending",
}  # fmt: skip


def notices(registry, *columns):
    with registry.session() as session:
        return session.execute(select(*columns).order_by(Notice.id)).all()


def test_each_rule_has_a_text_and_each_text_a_rule():
    assert {one.stem for one in TEXTS.glob("*.txt")} == set(RULES)


def test_whatever_is_done_is_told_with_its_own_words(telling, tmp_path, monkeypatch):
    """Each deed that the audit log's own test knows, and that has a rule."""
    from refcheck.result.signing import new_key

    registry = telling()
    with_password(registry, "root", Role.ADMINISTRATOR)
    new_key(tmp_path / "registry.pem")
    monkeypatch.setenv("REFCHECK_REGISTRY_SIGNING_KEY", str(tmp_path / "registry.pem"))
    monkeypatch.setattr("refcheck_server.marketplace.commands.utc_now", registry.clock)
    doing, done = Doing(registry, tmp_path), {}
    for doing.way, deed in DEEDS.items():
        once = (deed, doing.way.split("/")[-1].split()[-1])
        if once not in done:
            done[once] = deed(doing)[1]
    registry.clock.forward(seconds=1)
    work_off(registry)
    assert [
        (one.task, one.fault) for one in left_over(registry) if one.task == "notices.tell"
    ] == []
    told = {action for (action,) in notices(registry, Notice.action)}
    assert told - OF_APPLICATIONS == set(RULES) - TOLD_ELSEWHERE


def test_each_event_is_told_once_however_many_follow_the_log(registry):
    owner = visiting_as(registry, with_password(registry, "owner"))
    register(owner, "Example")
    for _ in range(12):
        invite(owner, "example")
    workers = [threading.Thread(target=work_off, args=(registry,)) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    work_off(registry)
    numbers = [number for (number,) in notices(registry, Notice.number)]
    assert len(numbers) == len(set(numbers)) >= 12
    assert left_over(registry) == []


def test_an_event_that_is_told_a_second_time_changes_nothing(registry):
    owner = visiting_as(registry, with_password(registry, "owner"))
    register(owner, "Example")
    invite(owner, "example")
    work_off(registry)
    before = notices(registry, Notice.id, Notice.number)
    tools = Tools(registry.database, registry.settings, registry.clock)
    for _, number in before:
        following.tell(tools, {"event": number})
    following.tell(tools, {"event": 999_999})
    assert notices(registry, Notice.id, Notice.number) == before


def test_a_registry_that_begins_to_tell_does_not_tell_of_long_ago(registry):
    owner = visiting_as(registry, with_password(registry, "owner"))
    register(owner, "Example")
    invite(owner, "example")
    registry.clock.forward(days=30)
    work_off(registry)
    assert notices(registry, Notice.id) == []
    with registry.session() as session:
        assert session.scalar(select(NoticeCursor.number)) > 0
    invite(visiting_as(registry, "owner"), "example")
    work_off(registry)
    assert len(notices(registry, Notice.id)) == 1


@pytest.fixture
def linked(telling):
    """A registry where `example` holds a cloud that runs a product of the vendor `example`."""
    registry = telling()
    with registry.session() as session, session.begin():
        from refcheck_server.accounts.services import find_account

        from tests.server.visitor import digest

        find_account(session, "example").password_hash = digest()
    owner = visiting_as(registry, "example")
    slug = register(owner, "Example")
    product, version = add_product(owner, slug)
    assert registry.submit(samples.result(run_id="first")).status_code == 201
    work_off(registry)  # the vendor has nothing to do with the cloud yet
    answer = owner.post(f"{product}/versions/{version}/clouds", digest=samples.CLOUD)
    assert answer.status_code == 303
    work_off(registry)
    return registry


def about_vendor(registry):
    return [
        (action, title)
        for action, title, vendor in notices(
            registry, Notice.action, Notice.title, Notice.vendor_id
        )
        if vendor is not None and action.startswith("result")
    ]


def test_a_private_result_is_told_to_its_account_alone_until_it_is_shared(linked):
    body = samples.envelope(samples.result(run_id="private"), linked.example.signer)
    given = {"Authorization": f"Bearer {linked.example.token}"}
    made = linked.client.post("/api/v1/results?private=yes", data=body, headers=given).json
    work_off(linked)
    assert about_vendor(linked) == []
    linked.client.post(f"/api/v1/results/{made['id']}/share", headers=given)
    work_off(linked)
    name = samples.CLOUD[:12]
    assert [action for action, title in about_vendor(linked) if name in title] == ["result.shared"]


def test_a_result_of_the_vendor_s_cloud_is_told_to_its_members(linked):
    linked.submit(samples.result(run_id="second"))
    work_off(linked)
    assert [action for action, _ in about_vendor(linked)] == ["result.judged"]
    text = notices(linked, Notice.text)[-1].text
    half = "Capabilities held, designated code not shown"
    assert f"- OpenStack Powered Platform under 2020.06: {half}\n" in text


def judged_otherwise(registry):
    with registry.session() as session, session.begin():
        session.execute(update(Judgement).values(engine="refcheck-judge/0"))
        session.execute(
            update(StoredVerdict)
            .where(StoredVerdict.target == "platform")
            .values(qualifies=~StoredVerdict.qualifies)
        )


def test_a_verdict_that_judging_anew_changed_is_told_and_one_that_it_did_not_is_not(linked):
    linked.clock.forward(minutes=1)
    with linked.session() as session, session.begin():
        session.execute(update(Judgement).values(engine="refcheck-judge/0"))
    assert sum(rejudge(linked.database, at=linked.clock(), workers=1)) == 1
    work_off(linked)
    assert about_vendor(linked) == []
    judged_otherwise(linked)
    linked.clock.forward(minutes=1)
    assert sum(rejudge(linked.database, at=linked.clock(), workers=1)) == 1
    work_off(linked)
    [(action, title)] = about_vendor(linked)
    assert action == "results.rejudged"
    assert title.endswith("is judged otherwise than before")
    with linked.session() as session:
        [text] = session.scalars(
            select(Notice.text).where(Notice.vendor_id.is_not(None), Notice.action == action)
        )
        assert text.count("\n- ") == 1
        assert "Powered Platform" in text


def test_a_feed_is_read_by_whoever_has_its_address_until_there_is_another(linked):
    owner = visiting_as(linked, "example")
    page = owner.post("/vendors/example/feed").text
    address = page.split("http://localhost")[1].split("<")[0]
    linked.submit(samples.result(run_id="<&second>"))
    work_off(linked)
    answer = linked.client.get(address)
    assert answer.content_type.startswith("application/atom+xml")
    assert answer.headers["Cache-Control"].startswith("private")  # of its readers alone
    known = {"If-None-Match": answer.headers["ETag"]}
    assert linked.client.get(address, headers=known).status_code == 304
    feed = ElementTree.fromstring(answer.data)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    assert feed.find("a:title", atom).text == "Notices of Example"
    first = feed.find("a:entry", atom)
    assert "<&second>" in first.find("a:summary", atom).text
    assert first.find("a:link", atom).get("href").startswith("http://localhost/results/")
    assert linked.client.get(address.replace("example", "other")).status_code == 404
    assert linked.client.get(address[:-1]).status_code == 404
    owner.post("/vendors/example/feed")
    assert linked.client.get(address).status_code == 404


def test_what_is_old_is_forgotten_but_not_by_the_audit_log(linked):
    linked.clock.forward(days=91)
    work_off(linked)
    with linked.session() as session:
        assert session.scalar(select(func.count(Notice.id))) == 0
