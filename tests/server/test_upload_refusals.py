"""Uploads that are refused, each with the path of its fault; nothing is stored."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from refcheck_server.accounts import authentication, services
from refcheck_server.database import kept
from securesystemslib.signer import CryptoSigner

from refcheck.result.document import to_statement
from refcheck.result.signing import PAYLOAD_TYPE, sign
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
        token = services.new_token(session, account, now=NOW, days=1).secret
    registry.clock.forward(days=1)
    body = samples.envelope(samples.result(), registry.example.signer)
    answer = registry.send(body, token=token)
    assert answer.status_code == 403
    assert "expired on 2026-11-21" in answer.get_json()["error"]["fault"]


def test_a_result_signed_with_a_revoked_key_is_refused(registry):
    with registry.session() as session, session.begin():
        services.revoke_key(session, registry.example.signer.public_key.keyid, now=NOW)
    answer = registry.submit(samples.result())
    assert answer.status_code == 403
    assert "revoked" in answer.get_json()["error"]["fault"]


def test_a_key_that_signed_before_is_refused_as_soon_as_it_is_revoked_and_nothing_is_kept(registry):
    """The registry remembers the key, but asks whether it was revoked as it writes."""
    assert registry.submit(samples.result()).status_code == 201
    with registry.session() as session, session.begin():
        services.revoke_key(session, registry.example.signer.public_key.keyid, now=NOW)
    answer = registry.submit(samples.result(run_id="late", cloud="e" * 64))
    assert answer.status_code == 403
    assert "was revoked" in answer.get_json()["error"]["fault"]
    assert registry.stored() == 1
    assert registry.client.get(f"/api/v1/clouds/{'e' * 64}").status_code == 404


@pytest.mark.parametrize("revoked", [False, True])
def test_another_account_s_key_is_not_registered_whatever_became_of_it(registry, revoked):
    other = registry.join("other")
    if revoked:
        with registry.session() as session, session.begin():
            services.revoke_key(session, other.signer.public_key.keyid, now=NOW)
    answer = registry.send(samples.envelope(samples.result(), other.signer))
    assert answer.status_code == 403
    assert "is not registered for 'example'" in answer.get_json()["error"]["fault"]


def test_a_key_that_signed_for_its_own_account_just_now_signs_for_no_other(registry):
    """The registry remembers whose key it is, too."""
    other = registry.join("other")
    assert registry.submit(samples.result(), member=other).status_code == 201
    answer = registry.send(samples.envelope(samples.result(run_id="theirs"), other.signer))
    assert answer.status_code == 403
    assert "is not registered for 'example'" in answer.get_json()["error"]["fault"]
    assert registry.stored() == 1


def test_beside_a_key_that_was_revoked_the_good_one_counts(registry):
    old = CryptoSigner.generate_ed25519()
    with registry.session() as session, session.begin():
        account = services.find_account(session, "example")
        services.add_key(session, account, old.public_key, now=NOW)
        services.revoke_key(session, old.public_key.keyid, now=NOW)
    twice = json.loads(samples.envelope(samples.result(), old))
    own = json.loads(samples.envelope(samples.result(), registry.example.signer))
    twice["signatures"] += own["signatures"]
    answer = registry.send(json.dumps(twice).encode())
    assert answer.status_code == 201, answer.text
    told = registry.client.get(answer.headers["Location"]).get_json()["signature"]
    assert told["keyid"] == registry.example.signer.public_key.keyid


def test_of_very_many_signatures_no_more_than_some_are_looked_for(registry):
    envelope = json.loads(samples.envelope(samples.result(), registry.example.signer))
    strange = [{"keyid": f"{number:064x}", "sig": "AAAA"} for number in range(70_000)]
    envelope["signatures"] += strange
    answer = registry.send(json.dumps(envelope).encode())
    assert (answer.status_code, registry.stored()) == (403, 0)


def test_the_registry_remembers_no_more_keys_than_some(registry, monkeypatch):
    monkeypatch.setattr(authentication, "_MOST_KEYS_KNOWN", 2)
    for number in range(4):
        member = registry.join(f"member-{number}")
        sent = registry.submit(samples.result(run_id=f"run-{number}"), member=member)
        assert sent.status_code == 201
        with registry.session() as session:
            assert 1 <= len(kept(session, "signing keys")) <= 2


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
    "start before there was OpenStack": (
        of(predicate__run__started="1970-01-01T00:00:00Z"),
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
    assert registry.stored() == 0


def test_the_nearest_guideline_and_program_are_named(registry):
    answer = registry.send(signed(registry, statement(predicate__guideline__id="2020.60")))
    assert "the nearest is '2020.06'" in answer.get_json()["error"]["fault"]
    answer = registry.send(signed(registry, statement(predicate__target="platfrom")))
    assert "the nearest is 'platform'" in answer.get_json()["error"]["fault"]


def test_a_body_that_is_compressed_in_another_way_is_told_how_it_may_be(registry):
    answer = registry.send(b"x", **{"Content-Encoding": "br"})
    assert answer.status_code == 415
    assert "zstd or gzip" in answer.get_json()["error"]["next_step"]


def test_more_bytes_than_the_limit_are_refused_before_they_are_all_held(registry):
    answer = registry.send(b"[" + b" " * (50 * 1024 * 1024))
    assert answer.status_code == 413
    assert "20,971,520 bytes" in answer.get_json()["error"]["fault"]
