"""Uploading results: what is stored and answered, and why others are refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from refcheck_server.accounts import services
from refcheck_server.results import services as results
from refcheck_server.results.models import Cloud, Standing, StoredResult, StoredVerdict
from securesystemslib.signer import CryptoSigner
from sqlalchemy import func, select

from refcheck.errors import UnknownTarget
from refcheck.guideline.library import load
from refcheck.result.document import to_statement
from refcheck.result.outcome import Outcome
from refcheck.result.signing import PAYLOAD_TYPE, sign
from refcheck.verdict.judge import judge
from tests.server import samples
from tests.server.conftest import NOW, Registry


def statement(**changes: Any) -> dict[str, Any]:
    """A good statement as JSON, with the value at each `a__b` path replaced."""
    made: dict[str, Any] = json.loads(to_statement(samples.result()))
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = made
        for name in parents:
            place = place[name]
        place[last] = value
    return made


def signed(registry: Registry, document: Any) -> bytes:
    payload = document if isinstance(document, bytes) else spelled(document)
    return sign(payload, registry.example.signer)


def spelled(document: Any) -> bytes:
    """Canonical JSON as a run writes it; plain JSON for what has no canonical form."""
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return json.dumps(document).encode()


def stored(registry: Registry) -> int:
    with registry.session() as session:
        return session.scalar(select(func.count()).select_from(StoredResult))


def test_a_result_is_judged_for_every_program_and_answered_with_its_addresses(registry):
    answer = registry.submit(samples.result())
    assert answer.status_code == 201
    body = answer.get_json()
    assert answer.headers["Location"] == body["api_url"]
    assert body["url"].endswith(f"/results/{body['id']}")
    assert body["badge_url"].endswith(f"/clouds/{samples.CLOUD}/badge.svg")
    assert {one["target"] for one in body["verdicts"]} == {"platform", "compute", "object"}
    for one in body["verdicts"]:
        assert one["capability_rule"] == "held"
        assert one["designated_code_rule"] == "not shown"
        assert one["qualifies"] is False
        assert one["mark"] is None


def test_the_stored_verdict_is_the_judges_own_canonical_bytes(registry):
    made = samples.result(samples.mixed)
    result_id = registry.submit(made).get_json()["id"]
    for target in ("platform", "compute", "object"):
        answer = registry.client.get(f"/api/v1/results/{result_id}/verdicts/{target}")
        expected = judge(load("2020.06"), target, made.outcomes, at=NOW, load=load).canonical()
        assert answer.data == expected


def test_the_uploaded_bytes_come_back_byte_for_byte(registry):
    body = samples.envelope(samples.result(), registry.example.signer) + b"\n  "
    result_id = registry.send(body).get_json()["id"]
    assert registry.client.get(f"/api/v1/results/{result_id}/envelope").data == body


def test_the_json_of_a_result_carries_verdicts_and_provenance(registry):
    result_id = registry.submit(samples.result(samples.mixed)).get_json()["id"]
    found = registry.client.get(f"/api/v1/results/{result_id}").get_json()
    assert found["run"]["guideline"]["sha256"] == load("2020.06").sha256
    assert found["signature"]["keyid"] == registry.example.signer.public_key.keyid
    assert found["account"] == "example"
    assert [one["guideline"]["sha256"] for one in found["verdicts"]] == [load("2020.06").sha256] * 3
    assert found["verdicts"][0]["blockers"]


def test_an_interrupted_run_is_kept_and_told_but_does_not_stand_for_the_cloud(registry):
    answer = registry.submit(samples.result(complete=False))
    assert answer.status_code == 201
    assert registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()["standing"] == []
    page = registry.client.get(f"/results/{answer.get_json()['id']}").text
    assert "Incomplete run." in page


def test_a_newer_run_takes_over_and_an_older_one_sent_later_does_not(registry):
    def failing(test):
        return replace(samples.passed(test), outcome=Outcome.FAILED, reason="no")

    registry.submit(samples.result())
    older = samples.result(
        failing, run_id="older", started="2026-11-01T10:00:00Z", ended="2026-11-01T11:00:00Z"
    )
    newer = samples.result(failing, run_id="newer", ended="2026-11-20T11:59:00Z")

    def rules() -> set[str]:
        cloud = registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()
        return {one["capability_rule"] for one in cloud["standing"]}

    registry.submit(older)
    assert rules() == {"held"}
    registry.submit(newer)
    assert rules() == {"not held"}


def test_an_undecided_run_does_not_push_a_decided_one_aside(registry):
    registry.submit(samples.result())
    nothing = samples.result(
        lambda test: replace(samples.passed(test), outcome=Outcome.UNDECIDED, reason="not run"),
        run_id="nothing",
        ended="2026-11-20T11:59:00Z",
    )
    assert registry.submit(nothing).status_code == 201
    cloud = registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()
    assert {one["capability_rule"] for one in cloud["standing"]} == {"held"}


def test_a_stranger_cannot_change_what_a_cloud_may_claim(registry):
    registry.submit(samples.result())
    stranger = registry.join("stranger")
    worse = samples.result(
        lambda test: replace(samples.passed(test), outcome=Outcome.FAILED, reason="no"),
        run_id="by a stranger",
        ended="2026-11-20T11:59:00Z",
    )
    answer = registry.submit(worse, member=stranger)
    assert answer.status_code == 201
    cloud = registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()
    assert cloud["holder"] == "example"
    assert {one["capability_rule"] for one in cloud["standing"]} == {"held"}
    assert "Does not decide." in registry.client.get(f"/results/{answer.get_json()['id']}").text


def test_the_same_result_is_taken_once(registry):
    first = registry.submit(samples.result()).get_json()["id"]
    again = registry.submit(samples.result())
    assert again.status_code == 409
    assert again.get_json()["id"] == first
    assert first in again.get_json()["error"]["fault"]
    assert stored(registry) == 1


def test_the_same_result_signed_by_another_account_is_still_the_same(registry):
    first = registry.submit(samples.result()).get_json()["id"]
    again = registry.submit(samples.result(), member=registry.join("second"))
    assert (again.status_code, again.get_json()["id"]) == (409, first)


def test_an_upload_that_loses_a_race_sees_what_the_winner_wrote(registry, monkeypatch):
    """Two uploads pass the duplicate check together; the database lets one through."""
    registry.submit(samples.result())
    calls = iter([None])
    real = results.refuse_duplicate
    monkeypatch.setattr(
        results,
        "refuse_duplicate",
        lambda session, key: real(session, key) if next(calls, "later") == "later" else None,
    )
    assert registry.submit(samples.result()).status_code == 409
    assert stored(registry) == 1


def test_nothing_is_kept_when_the_judge_breaks_half_way(registry, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise UnknownTarget("the second program broke", next_step="-")

    monkeypatch.setattr(results, "move_standings", broken)
    assert registry.submit(samples.result()).status_code == 422
    with registry.session() as session:
        for model in (StoredResult, StoredVerdict, Cloud, Standing):
            assert session.scalar(select(func.count()).select_from(model)) == 0


def test_a_result_without_a_token_is_refused_with_a_challenge(registry):
    body = samples.envelope(samples.result(), registry.example.signer)
    answer = registry.client.post("/api/v1/results", data=body)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Basic YTpi", "Bearer nobody-gave-this", "Bearer a b", "Bearer é"],
)
def test_a_header_that_holds_no_token_of_ours_is_refused(registry, header):
    answer = registry.client.post("/api/v1/results", data=b"{}", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.get_json()["error"]["next_step"]


def test_a_revoked_token_is_refused_at_once(registry):
    with registry.session() as session, session.begin():
        services.revoke_token(session, registry.example.prefix, now=NOW)
    answer = registry.submit(samples.result())
    assert answer.status_code == 403
    assert "revoked" in answer.get_json()["error"]["fault"]


def test_an_expired_token_is_refused(registry):
    with registry.session() as session, session.begin():
        account = services.find_account(session, "example")
        expires = NOW.replace(hour=13)
        token = services.new_token(session, account, now=NOW, expires_at=expires).secret
    registry.clock.forward(minutes=61)
    body = samples.envelope(samples.result(), registry.example.signer)
    answer = registry.send(body, token=token)
    assert answer.status_code == 403
    assert "expired on 2026-11-20" in answer.get_json()["error"]["fault"]


def test_a_result_signed_with_a_revoked_key_is_refused(registry):
    with registry.session() as session, session.begin():
        services.revoke_key(session, registry.example.signer.public_key.keyid, now=NOW)
    answer = registry.submit(samples.result())
    assert answer.status_code == 403
    assert "revoked" in answer.get_json()["error"]["fault"]


def tampered(registry: Registry) -> bytes:
    envelope = json.loads(samples.envelope(samples.result(samples.mixed), registry.example.signer))
    payload = base64.b64decode(envelope["payload"]).replace(b'"failed"', b'"passed"')
    envelope["payload"] = base64.b64encode(payload).decode()
    return json.dumps(envelope).encode()


def unsigned(_registry: Registry) -> bytes:
    payload = base64.b64encode(to_statement(samples.result())).decode()
    return json.dumps({"payload": payload, "payloadType": PAYLOAD_TYPE, "signatures": []}).encode()


def with_signature(signature: Any) -> Callable[[Registry], bytes]:
    def make(registry: Registry) -> bytes:
        envelope = json.loads(samples.envelope(samples.result(), registry.example.signer))
        envelope["signatures"] = [signature]
        return json.dumps(envelope).encode()

    return make


def own_keyid_other_signature(registry: Registry) -> bytes:
    other = json.loads(samples.envelope(samples.result(), CryptoSigner.generate_ed25519()))
    other["signatures"][0]["keyid"] = registry.example.signer.public_key.keyid
    return json.dumps(other).encode()


def of(**changes: Any) -> Callable[[Registry], bytes]:
    return lambda registry: signed(registry, statement(**changes))


DEEP = b'{"_type":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
A_TEST = {
    "id": "",
    "name": "a.test",
    "outcome": "passed",
    "reason": "",
    "duration": 1,
    "attempts": 1,
}

BAD = {
    "empty": (lambda _: b"", 400, "$"),
    "not JSON": (lambda _: b"result=1&other=2", 400, "$"),
    "NUL bytes": (lambda _: b"\x00" * 64, 400, "$"),
    "not UTF-8": (lambda _: b"\xff\xfe\x80", 400, "$"),
    "a list": (lambda _: b"[1,2]", 400, "$"),
    "a number": (lambda _: b"1", 400, "$"),
    "nested deeply": (lambda _: DEEP, 400, "$"),
    "truncated": (lambda r: samples.envelope(samples.result(), r.example.signer)[:-900], 400, "$"),
    "payload is a number": (
        lambda _: b'{"payload":1,"payloadType":"x","signatures":[]}',
        400,
        "$",
    ),
    "payload is not base64": (
        lambda _: b'{"payload":"%%%","payloadType":"application/vnd.in-toto+json","signatures":[]}',
        400,
        "$",
    ),
    "bare statement": (lambda _: to_statement(samples.result()), 422, "$"),
    "unsigned": (unsigned, 422, "$.signatures"),
    "tampered with": (tampered, 422, "$.signatures"),
    "signed by an unknown key": (
        lambda _: samples.envelope(samples.result(), CryptoSigner.generate_ed25519()),
        403,
        "$.signatures",
    ),
    "another's signature under our key id": (own_keyid_other_signature, 422, "$.signatures"),
    "key id is a surrogate": (
        with_signature({"keyid": "\ud800", "sig": "AAAA"}),
        403,
        "$.signatures",
    ),
    "key id is a list": (with_signature({"keyid": ["a"], "sig": "AAAA"}), 400, None),
    "key id with NUL": (with_signature({"keyid": "a\0b", "sig": "AAAA"}), 403, "$.signatures"),
    "signature is a number": (with_signature({"keyid": "aa", "sig": 7}), 400, None),
    "payload is not a statement": (lambda r: signed(r, b"hello"), 400, "$"),
    "payload is nested deeply": (lambda r: signed(r, DEEP), 400, "$"),
    "other predicate": (of(predicateType="urn:other"), 400, "$.predicateType"),
    "no subject": (of(subject=[]), 400, "$.subject"),
    "no outcomes": (of(predicate__outcomes=[]), 400, "$.predicate.outcomes"),
    "unknown outcome": (
        of(predicate__outcomes=[{**A_TEST, "outcome": "great"}]),
        400,
        "$.predicate.outcomes[0].outcome",
    ),
    "an outcome twice": (of(predicate__outcomes=[A_TEST, A_TEST]), 400, "$.predicate.outcomes[1]"),
    "too many outcomes": (
        of(predicate__outcomes=[{**A_TEST, "name": f"t{n}"} for n in range(10_001)]),
        400,
        "$.predicate.outcomes",
    ),
    "surrogate in a reason": (
        of(predicate__outcomes=[{**A_TEST, "reason": "\ud800"}]),
        400,
        "$",
    ),
    "surrogate in a fact": (of(predicate__facts={"a": "\udfff"}), 400, "$"),
    "not in canonical form": (
        lambda r: signed(r, json.dumps(json.loads(to_statement(samples.result()))).encode()),
        400,
        "$",
    ),
    "a fact that is not a number": (
        of(predicate__facts={"a": float("nan")}),
        400,
        "$",
    ),
    "a fact nested deeply": (
        lambda r: signed(
            r,
            json.dumps(statement(predicate__facts={"a": "HERE"}))
            .replace('"HERE"', "[" * 900 + "]" * 900)
            .encode(),
        ),
        400,
        None,
    ),
    "a huge number": (
        lambda r: signed(
            r,
            json.dumps(statement())
            .replace('"attempts": 1', '"attempts": ' + "9" * 5000, 1)
            .encode(),
        ),
        400,
        "$",
    ),
    "attempts beyond the database": (
        of(predicate__outcomes=[{**A_TEST, "attempts": 2**70}]),
        400,
        "$.predicate.outcomes[0].attempts",
    ),
    "NUL in the run id": (of(predicate__run__id="a\0b"), 400, "$.predicate.run.id"),
    "a run id of 10,000 letters": (of(predicate__run__id="a" * 10_000), 400, "$.predicate.run.id"),
    "start that is no time": (
        of(predicate__run__started="yesterday"),
        400,
        "$.predicate.run.started",
    ),
    "start without a zone": (
        of(predicate__run__started="2026-11-20T11:00:00"),
        400,
        "$.predicate.run.started",
    ),
    "end before the start": (
        of(predicate__run__ended="2026-11-20T10:00:00Z"),
        400,
        "$.predicate.run.ended",
    ),
    "end in the future": (
        of(predicate__run__ended="2999-01-01T00:00:00Z"),
        400,
        "$.predicate.run.ended",
    ),
    "end in the year 9999 far west": (
        of(predicate__run__ended="9999-12-31T23:59:59-23:00"),
        400,
        "$.predicate.run.ended",
    ),
    "digest of the guideline is no digest": (
        of(predicate__guideline__sha256="abc"),
        400,
        "$.predicate.guideline.sha256",
    ),
    "unknown guideline": (of(predicate__guideline__id="2020.60"), 422, "$.predicate.guideline.id"),
    "guideline that is a path": (
        of(predicate__guideline__id="guidelines/2020.06.yaml"),
        422,
        "$.predicate.guideline.id",
    ),
    "guideline that is another path": (
        of(predicate__guideline__id="/etc/passwd"),
        422,
        "$.predicate.guideline.id",
    ),
    "unknown target": (of(predicate__target="platfrom"), 422, "$.predicate.target"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_the_path_of_its_fault(registry, case):
    make, status, path = BAD[case]
    answer = registry.send(make(registry))
    body = answer.get_json()
    assert answer.status_code == status, body
    if path is not None:
        assert body["error"]["path"] == path, body
    assert body["error"]["fault"]
    assert body["error"]["next_step"]
    assert stored(registry) == 0


def test_the_nearest_guideline_and_program_are_named(registry):
    answer = registry.send(signed(registry, statement(predicate__guideline__id="2020.60")))
    assert "the nearest is '2020.06'" in answer.get_json()["error"]["fault"]
    answer = registry.send(signed(registry, statement(predicate__target="platfrom")))
    assert "the nearest is 'platform'" in answer.get_json()["error"]["fault"]


def test_a_compressed_body_is_told_to_come_uncompressed(registry):
    answer = registry.send(b"x", **{"Content-Encoding": "zstd"})
    assert answer.status_code == 415


def test_more_bytes_than_the_limit_are_refused_before_they_are_all_held(registry):
    answer = registry.send(b"[" + b" " * (50 * 1024 * 1024))
    assert answer.status_code == 413
    assert "20,971,520 bytes" in answer.get_json()["error"]["fault"]


def test_any_content_type_is_read_as_the_envelope_it_holds(registry):
    body = samples.envelope(samples.result(), registry.example.signer)
    answer = registry.send(body, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 201


def test_a_run_with_another_edition_of_the_guideline_is_judged_by_ours_and_says_so(registry):
    answer = registry.submit(samples.result(guideline_sha256="0" * 64))
    assert answer.status_code == 201
    assert "Other edition." in registry.client.get(f"/results/{answer.get_json()['id']}").text


def test_a_run_that_decides_takes_over_from_an_undecided_one_even_if_it_is_older(registry):
    nothing = samples.result(
        lambda test: replace(samples.passed(test), outcome=Outcome.UNDECIDED, reason="not run"),
        run_id="nothing",
        ended="2026-11-20T11:59:00Z",
    )

    def rules() -> set[str]:
        cloud = registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()
        return {one["capability_rule"] for one in cloud["standing"]}

    registry.submit(nothing)
    assert rules() == {"undecidable"}
    assert "nothing failed for certain" in registry.client.get(f"/clouds/{samples.CLOUD}").text
    registry.submit(samples.result())
    assert rules() == {"held"}


@pytest.mark.parametrize(("guideline", "target"), [("dns.2020.06", "dns"), ("2019.11", "object")])
def test_results_for_other_guidelines_and_add_ons_are_judged_and_shown(registry, guideline, target):
    answer = registry.submit(samples.result(guideline=guideline, target=target))
    assert answer.status_code == 201, answer.text
    body = answer.get_json()
    assert target in {one["target"] for one in body["verdicts"]}
    page = registry.client.get(f"/results/{body['id']}")
    assert page.status_code == 200
    assert guideline in page.text
    assert registry.client.get(f"/clouds/{samples.CLOUD}").status_code == 200
