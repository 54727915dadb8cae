"""Results that are kept to their account until they are shared; nonces."""

from __future__ import annotations

import re
from html import unescape

from refcheck_server.audit.models import AuditEvent
from sqlalchemy import select

from tests.server import samples
from tests.server.conftest import Member, Registry
from tests.server.visitor import signed_in, visiting_as


def send_privately(registry: Registry, **changes: object) -> str:
    body = samples.envelope(samples.result(**changes), registry.example.signer)
    answer = registry.client.post("/api/v1/results?private=yes", data=body, headers=by(registry))
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["shared"] is False
    return answer.get_json()["id"]


def by(registry: Registry, member: Member | None = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {(member or registry.example).token}"}


def test_a_private_result_is_seen_by_its_account_alone_and_decides_nothing(registry):
    result_id = send_privately(registry)
    stranger = registry.join("stranger")
    seen = []
    paths = ["", "/envelope", "/verdicts", "/verdicts/platform", "/verdicts/1"]
    for path in (f"/api/v1/results/{result_id}{one}" for one in paths):
        for who, expected in ((None, 404), (stranger, 404), (registry.example, 200)):
            headers = {} if who is None else by(registry, who)
            status = registry.client.get(path, headers=headers).status_code
            if status != expected:
                seen.append((path, who and who.name, status))
    assert not seen
    for path in (f"/results/{result_id}", f"/results/{result_id}/tests.csv"):
        assert registry.client.get(path).status_code == 404
    assert registry.client.get("/api/v1/clouds").get_json()["total"] == 0
    address = f"/api/v1/clouds/{samples.CLOUD}"
    assert registry.client.get(address).status_code == 404  # that there is such a cloud is private
    assert registry.client.get(address, headers=by(registry, stranger)).status_code == 404
    cloud = registry.client.get(address, headers=by(registry)).get_json()
    assert (cloud["total"], cloud["standing"]) == (0, [])


def test_a_private_result_is_on_its_accounts_pages_and_no_proxy_keeps_it(registry):
    result_id = send_privately(registry)
    owner, other = visiting_as(registry, "example"), signed_in(registry, "other")
    for path in (f"/results/{result_id}", f"/results/{result_id}/tests.csv"):
        assert (owner.get(path).status_code, other.get(path).status_code) == (200, 404)
    envelope = f"/api/v1/results/{result_id}/envelope"
    kept = registry.client.get(envelope, headers=by(registry)).headers["Cache-Control"]
    assert kept == "no-store"
    registry.client.post(f"/api/v1/results/{result_id}/share", headers=by(registry))
    assert "public" in registry.client.get(envelope).headers["Cache-Control"]


def test_what_is_sent_and_shared_is_in_the_audit_log(registry):
    result_id = send_privately(registry)
    for _ in range(2):
        registry.client.post(f"/api/v1/results/{result_id}/share", headers=by(registry))
    with registry.session() as session:
        query = select(AuditEvent).where(AuditEvent.subject == f"result:{result_id}")
        told = [(one.action, one.actor) for one in session.scalars(query.order_by("number"))]
    assert told == [("result.judged", "account:example"), ("result.shared", "account:example")]


def test_a_shared_result_counts_from_then_on(registry):
    result_id = send_privately(registry)
    other = registry.join("other")
    address = f"/api/v1/results/{result_id}/share"
    assert registry.client.post(address).status_code == 401
    assert registry.client.post(address, headers=by(registry, other)).status_code == 404
    assert registry.client.post(address, headers=by(registry)).get_json()["shared"] is True
    assert registry.client.post(address, headers=by(registry, other)).status_code == 403
    assert registry.client.get(f"/results/{result_id}").status_code == 200
    cloud = registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()
    assert {one["result"] for one in cloud["standing"]} == {result_id}
    assert registry.client.get("/api/v1/clouds?target=compute").get_json()["total"] == 1


def test_a_wish_that_is_neither_yes_nor_no_is_refused(registry):
    answer = registry.client.post("/api/v1/results?private=1", headers=by(registry))
    assert (answer.status_code, answer.get_json()["error"]["path"]) == (400, "private")


def nonce(registry: Registry, member: Member | None = None) -> str:
    answer = registry.client.post("/api/v1/nonces", headers=by(registry, member))
    assert answer.status_code == 201, answer.text
    return answer.get_json()["nonce"]


def test_a_nonce_counts_once_for_its_account_while_it_lasts(registry):
    word = nonce(registry)
    answer = registry.submit(samples.result(nonce=word))
    assert answer.status_code == 201, answer.text
    found = registry.client.get(answer.get_json()["api_url"]).get_json()
    assert found["nonce_given_at"] == "2026-11-20T12:00:00Z"
    others = nonce(registry, registry.join("other"))
    old, quiet = nonce(registry), nonce(registry)
    send_privately(registry, nonce=quiet)
    refused = {"spent": word, "spent in private": quiet, "another's": others, "invented": "x" * 32}
    wrong = []
    for number, (name, one) in enumerate(refused.items()):
        answer = registry.submit(samples.result(nonce=one, run_id=f"again {number}"))
        if (answer.status_code, answer.get_json()["error"]["path"]) != (422, "$.predicate.nonce"):
            wrong.append((name, answer.text))
    registry.clock.forward(days=2)
    if registry.submit(samples.result(nonce=old, run_id="late")).status_code != 422:
        wrong.append("expired")
    assert not wrong
    assert registry.stored() == 2
    assert registry.client.post("/api/v1/nonces").status_code == 401


def test_a_result_is_made_private_again_and_no_longer_speaks_for_its_cloud(registry):
    older = registry.submit(samples.result(run_id="older", ended="2026-11-20T10:00:00Z", started="2026-11-20T09:00:00Z")).get_json()  # fmt: skip
    registry.clock.forward(hours=1)
    newer = registry.submit(samples.result(run_id="newer")).get_json()
    owner, address = visiting_as(registry, "example"), f"/api/v1/clouds/{samples.CLOUD}"
    stranger = signed_in(registry, "stranger")

    def standing():
        told = registry.client.get(address).get_json()
        return {one["result"] for one in told["standing"]}, told["total"]

    assert standing() == ({newer["id"]}, 2)
    page = f"/results/{newer['id']}"
    assert "Make it private again" in owner.get(page).text
    assert "Make it private again" not in stranger.get(page).text
    assert stranger.post(f"{page}/withdraw").status_code == 403
    assert owner.post(f"{page}/withdraw").location == f"{page}#sharing"
    assert standing() == ({older["id"]}, 1)
    assert stranger.get(page).status_code == 404
    assert "private" in owner.get("/account/results").text
    told = registry.client.delete(f"/api/v1/results/{older['id']}/share", headers=by(registry))
    assert told.get_json()["shared"] is False
    assert registry.client.get(address).status_code == 404
    assert samples.CLOUD not in registry.client.get("/api/v1/clouds").text
    assert owner.post(f"{page}/share").status_code == 303
    assert standing() == ({newer["id"]}, 1)


def test_making_private_what_is_private_already_is_told_no_second_time(registry):
    result_id = send_privately(registry)
    again = f"/api/v1/results/{result_id}/share"
    assert registry.client.delete(again, headers=by(registry)).status_code == 200
    with registry.session() as session:
        actions = select(AuditEvent.action).where(AuditEvent.subject == f"result:{result_id}")
        assert list(session.scalars(actions)) == ["result.judged"]


def test_own_results_are_listed_in_pages_and_nobody_else_s(registry, monkeypatch):
    monkeypatch.setattr("refcheck_server.paging.PAGE_SIZE", 2)
    mine = []
    for number in range(5):
        mine.append(send_privately(registry, run_id=f"run {number}"))
        registry.clock.forward(minutes=1)
    registry.submit(samples.result(run_id="other's"), member=registry.join("other"))
    owner, seen, address = visiting_as(registry, "example"), [], "/account/results"
    while address:
        page = owner.get(address).text
        seen += re.findall(r'href="/results/([0-9a-f]{32})"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following and unescape(following[1])
    assert seen == mine[::-1]
