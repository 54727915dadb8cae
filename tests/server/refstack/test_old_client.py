"""What RefStack's client and its users did there, they can do here; what broke it does not."""

from __future__ import annotations

import json
import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from refcheck_server.accounts.services import add_account, find_account
from refcheck_server.app import create_app
from refcheck_server.audit.models import AuditEvent
from refcheck_server.database import Database
from refcheck_server.refstack import signers
from refcheck_server.refstack.errors import BadKey
from refcheck_server.refstack.models import RefstackKey
from refcheck_server.settings import from_environment
from sqlalchemy import select

from tests.server import live, samples
from tests.server.conftest import NOW, Clock, Registry
from tests.server.visitor import visiting_as

SIGNER = rsa.generate_private_key(65537, 2048)


def document(count: int = 300, **changes: object) -> dict:
    """What the client makes of a run."""
    tests = samples.tests_of("2020.06")[:count]
    results = [{"name": one.name, "uuid": one.id} for one in tests]
    return {"cpid": "a1b2", "duration_seconds": 1234, "results": results, **changes}


def line(key: rsa.RSAPrivateKey = SIGNER) -> str:
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def signed(body: bytes, key: rsa.RSAPrivateKey = SIGNER) -> dict[str, str]:
    """The headers that the client adds."""
    signature = key.sign(body, padding.PKCS1v15(), SHA256()).hex()
    return {"X-Signature": signature, "X-Public-Key": line(key)}


def send(registry: Registry, body: bytes | dict, **headers: str):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Content-type": "application/json", **headers}
    return registry.client.post("/v1/results/", data=data, headers=given)


@pytest.fixture
def registered(registry, tmp_path):
    """A registry where `example` has the RSA key."""
    file = tmp_path / "key.pub"
    file.write_text(line() + " someone@example")
    with registry.session() as session, session.begin():
        account = find_account(session, "example")
        signers.add_key(session, account, file, now=registry.clock())
    return registry


def test_an_anonymous_upload_is_public_at_once_and_listed(registry):
    answer = send(registry, document())
    assert answer.status_code == 201, answer.text
    body = answer.get_json()
    assert set(body) == {"test_id", "url"}
    listed = registry.client.get("/v1/results/?page=1").get_json()
    assert listed["pagination"] == {"current_page": 1, "total_pages": 1}
    assert [one["id"] for one in listed["results"]] == [body["test_id"]]
    assert listed["results"][0]["created_at"] == "2026-11-20 12:00:00"
    assert "cpid" not in listed["results"][0]
    page = registry.client.get(body["url"])
    assert "can carry no mark" in page.text
    assert "287 tests passed" in page.text


def test_a_signed_upload_is_private_until_it_is_shared(registered):
    body = json.dumps(document()).encode()
    answer = send(registered, body, **signed(body))
    assert answer.status_code == 201, answer.text
    result_id = answer.get_json()["test_id"]
    address, client = f"/v1/results/{result_id}", registered.client
    owner = {"Authorization": f"Bearer {registered.example.token}"}
    other = {"Authorization": f"Bearer {registered.join('other').token}"}
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/meta", headers=other).status_code == 404
    assert client.get(address, headers=owner).get_json()["user_role"] == "owner"
    assert client.get("/v1/results").get_json()["results"] == []
    mine = client.get("/v1/results?signed", headers=owner).get_json()["results"]
    assert [one["cpid"] for one in mine] == ["a1b2"]
    for name, value in (("guideline", "2020.06.json"), ("target", "platform"), ("shared", "true")):
        assert client.post(f"{address}/meta/{name}", data=value, headers=other).status_code in (
            403,
            404,
        )
        assert client.post(f"{address}/meta/{name}", data=value, headers=owner).status_code == 201
    found = client.get(address).get_json()
    assert found["meta"] == {"shared": "true", "guideline": "2020.06", "target": "platform"}
    assert found["refcheck"]["signature"]["public_key"].startswith("ssh-rsa ")
    assert client.get(f"{address}/meta/target").text == "platform"
    client.post(f"{address}/meta/shared", data="false", headers=owner)
    assert client.get(address).status_code == 404


def test_what_one_signed_is_listed_for_whoever_says_who_they_are_and_for_nobody_else(registered):
    send(registered, document())
    for way in ("signed", "signed=true", "signed=false", "signed=", "page=1&signed"):
        assert registered.client.get(f"/v1/results?{way}").status_code == 401, way
        wrong = {"Authorization": "Bearer rck_00000000_nobody"}
        assert registered.client.get(f"/v1/results?{way}", headers=wrong).status_code == 401, way


def test_a_browsers_session_sees_what_is_private_and_changes_nothing_under_v1(registered):
    body = json.dumps(document(3)).encode()
    result_id = send(registered, body, **signed(body)).get_json()["test_id"]
    browser, other = visiting_as(registered, "example"), registered.client
    for path in (f"/refstack/{result_id}", f"/v1/results/{result_id}"):
        assert (browser.get(path).status_code, other.get(path).status_code) == (200, 404)
    for method in ("post", "delete"):
        answer = getattr(browser.client, method)(f"/v1/results/{result_id}/meta/shared")
        assert (answer.status_code, answer.get_json()["error"]["fault"]) == (
            401,
            "no token was given",
        )


def test_its_owner_shares_it_on_its_page_and_says_what_it_is_for(registered):
    body = json.dumps(document()).encode()
    result_id = send(registered, body, **signed(body)).get_json()["test_id"]
    path, owner = f"/refstack/{result_id}", visiting_as(registered, "example")
    registered.join("other")
    other, anyone = visiting_as(registered, "other"), registered.client
    meant = {"guideline": "2020.06", "target": "platform", "shared": "true"}
    assert "Yours to share" in owner.get(path).text
    assert other.post(path, **meant).status_code == 404
    assert owner.post(path, **meant).location == path
    assert "286 of 286 are among those that passed" in anyone.get(path).text
    assert "Yours to share" not in other.get(path).text
    assert other.post(path, **meant).status_code == 403
    assert owner.post(path, **{**meant, "target": "no such"}).status_code == 400
    assert owner.post(path, **meant).status_code == 303  # as it is already: nothing to tell
    assert owner.post(path).status_code == 303
    assert anyone.get(path).status_code == 404
    with registered.session() as session:
        query = select(AuditEvent.detail).where(AuditEvent.action == "refstack-result.changed")
        told = [json.loads(one) for one in session.scalars(query.order_by("number"))]
    assert told == [
        {"shared": True, "guideline": "2020.06", "target": "platform"},
        {"shared": False, "guideline": None, "target": None},
    ]


def test_the_audit_log_tells_who_sent_shared_and_took_back(registered):
    body = json.dumps(document(3)).encode()
    result_id = send(registered, body, **signed(body)).get_json()["test_id"]
    send(registered, document(4))
    address, client = f"/v1/results/{result_id}", registered.client
    owner = {"Authorization": f"Bearer {registered.example.token}"}
    client.post(f"{address}/meta/shared", data="true", headers=owner)
    assert client.delete(f"{address}/meta/shared", headers=owner).status_code == 204
    assert client.delete(address, headers=owner).status_code == 204
    with registered.session() as session, session.begin():
        signers.revoke_key(session, session.scalar(select(RefstackKey.sha256)), now=NOW)
    with registered.session() as session:
        query = select(AuditEvent).where(AuditEvent.action.startswith("refstack"))
        told = [(one.action, one.actor) for one in session.scalars(query.order_by("number"))]
    assert told == [
        ("refstack-key.added", "registry"),
        ("refstack-result.sent", "account:example"),
        ("refstack-result.sent", "anyone"),
        ("refstack-result.changed", "account:example"),
        ("refstack-result.changed", "account:example"),
        ("refstack-result.removed", "account:example"),
        ("refstack-key.revoked", "registry"),
    ]


def test_it_never_qualifies_and_says_what_is_missing(registry):
    result_id = send(registry, document()).get_json()["test_id"]
    with registry.session() as session, session.begin():
        session.connection().exec_driver_sql(
            "UPDATE refstack_results SET guideline = '2020.06', target = 'platform'"
        )
    said = registry.client.get(f"/v1/results/{result_id}").get_json()["refcheck"]
    assert said["verdict"]["capability_rule"] == "held"
    assert said["verdict"]["designated_code_rule"] == "not shown"
    assert (said["verdict"]["qualifies"], said["verdict"]["mark"]) == (False, None)
    assert "cannot qualify" in " ".join(said["missing"])
    assert registry.client.get("/api/v1/clouds").get_json()["total"] == 0


def test_what_broke_refstack_is_refused_with_its_path(registry):
    one = document(2)["results"]
    cases = {
        "not JSON": (b"{", "$"),
        "a list": (b"[]", "$"),
        "deep": (b'{"results":' + b"[" * 5000 + b"]" * 5000 + b"}", "$"),
        "deep where nobody looks": (
            document(results=[{"name": "a.b", "more": json.loads("[" * 500 + "]" * 500)}]),
            "$",
        ),
        "no results": (document(0), "$.results"),
        "results missing": ({"cpid": "a", "duration_seconds": 1}, "$.results"),
        "the same test twice": (document(results=[*one, one[0]]), "$.results[2]"),
        "a later name missing": (
            document(results=[*one, {"uuid": one[0]["uuid"]}]),
            "$.results[2].name",
        ),
        "a bad uuid": (document(results=[{"name": "a.b", "uuid": "x"}]), "$.results[0].uuid"),
        "a number": (document(results=[7]), "$.results[0]"),
        "a long name": (document(results=[{"name": "a" * 3000}]), "$.results[0].name"),
        "a long cpid": (document(cpid="a" * 129), "$.cpid"),
        "an empty cpid": (document(cpid=""), "$.cpid"),
        "a negative duration": (document(duration_seconds=-1), "$.duration_seconds"),
        "a huge duration": (document(duration_seconds=2**40), "$.duration_seconds"),
        "a member more": (document(verified=True), "$"),
        "too many": (document(results=[f"t.n{n}" for n in range(10_001)]), "$.results"),
    }
    wrong = []
    for name, (body, path) in cases.items():
        answer = send(registry, body)
        error = answer.get_json().get("error", {})
        if (answer.status_code, error.get("path")) != (400, path) or not error["next_step"]:
            wrong.append((name, answer.status_code, error))
    assert not wrong
    names = document(results=[{"name": "a.Ünicode"}, {"name": "a.x"}, {"name": "a.X"}])
    assert send(registry, names).status_code == 201


def test_signatures_that_do_not_fit_are_refused(registered):
    body = json.dumps(document(3)).encode()
    stranger = rsa.generate_private_key(65537, 2048)
    good = signed(body)
    cases = {
        "a key that is not registered": signed(body, stranger),
        "another's signature": {**good, "X-Signature": signed(body, stranger)["X-Signature"]},
        "of another body": signed(body + b" "),
        "no hex": {**good, "X-Signature": "zz"},
        "no signature": {"X-Public-Key": line()},
        "no key": {"X-Signature": good["X-Signature"]},
        "no key at all": {**good, "X-Public-Key": "ssh-rsa AAAA"},
    }
    wrong = {
        name: answer.status_code
        for name, headers in cases.items()
        if (answer := send(registered, body, **headers)).status_code != 401
    }
    assert not wrong
    assert send(registered, body, **good).status_code == 201
    again = send(registered, body, **good)
    assert (again.status_code, bool(again.get_json()["test_id"])) == (409, True)


def test_a_key_that_was_revoked_signs_no_more(registered):
    body = json.dumps(document(3)).encode()
    with registered.session() as session, session.begin():
        signers.revoke_key(session, session.scalar(select(RefstackKey.sha256)), now=NOW)
    assert send(registered, body, **signed(body)).status_code == 401


def test_a_key_that_is_too_small_or_somebody_s_already_is_not_added(registered, tmp_path):
    file = tmp_path / "small.pub"
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is the point
    file.write_text(line(small))
    with registered.session() as session:
        account = find_account(session, "example")
        with pytest.raises(BadKey, match="2048 to 8192 bits"):
            signers.add_key(session, account, file, now=NOW)
        with pytest.raises(BadKey, match="is registered already"):
            signers.add_key(session, account, tmp_path / "key.pub", now=NOW)


def test_a_key_of_the_metadata_that_there_is_not_is_told(registered):
    body = json.dumps(document(3)).encode()
    result_id = send(registered, body, **signed(body)).get_json()["test_id"]
    owner = {"Authorization": f"Bearer {registered.example.token}"}
    address = f"/v1/results/{result_id}/meta/colour"
    answer = registered.client.post(address, data="platform", headers=owner)
    assert answer.status_code == 400
    assert "is no key of the metadata" in answer.get_json()["error"]["fault"]


def test_anonymous_uploads_can_be_refused(registry):
    settings = from_environment(
        {"REFCHECK_REGISTRY_ANONYMOUS": "no"}, database=registry.settings.database_url
    )
    app = create_app(settings, now=Clock())
    assert app.test_client().post("/v1/results", data=json.dumps(document(2))).status_code == 401
    app.extensions["refcheck_database"].engine.dispose()


def test_the_list_comes_in_pages_and_can_be_narrowed(registry):
    for number in range(21):
        registry.clock.forward(minutes=1)
        send(registry, document(2, duration_seconds=number, cpid=f"c{number % 2}"))

    def get(query: str):
        return registry.client.get(f"/v1/results?{query}").get_json()

    assert get("page=2")["pagination"] == {"current_page": 2, "total_pages": 2}
    assert len(get("page=2")["results"]) == 1
    assert len(get("cpid=c1")["results"]) == 10
    assert len(get("start_date=2026-11-20 12:20:00&end_date=2026-11-20 13:00:00")["results"]) == 2
    for query in ("page=0", "page=501", "page=x", "start_date=today", "cpid=%00"):
        assert registry.client.get(f"/v1/results?{query}").status_code == 400, query


def test_test_lists_are_given_as_the_client_reads_them(registry):
    lines = registry.client.get("/v1/guidelines/2020.06/tests?target=compute&type=required").text
    assert all(one.startswith("tempest.") and "[id-" in one for one in lines.splitlines())
    assert len(lines.splitlines()) == 217
    flagged = registry.client.get(
        "/v1/guidelines/2020.06.json/tests?target=compute&type=required&flag=true"
    )
    assert len(flagged.text.splitlines()) == 228
    assert registry.client.get("/v1/guidelines/2020.06/tests?target=bogus").status_code == 400
    assert registry.client.get("/v1/guidelines/1999.01/tests").status_code == 404
    assert "2020.06.json" in str(registry.client.get("/v1/guidelines").get_json()["powered"])
    assert registry.client.get("/v1/guidelines/2020.06.json").status_code == 200


HEAD = (
    "{line} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: python-requests/2.27.1\r\n"
    "Accept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\n"
    "Content-type: application/json\r\n"
)
"""How each request of the client begins, as a relay between it and a registry saw it."""

OF_SUBUNIT = (
    b'{"cpid": "ff6f9478bc13e3ac5e702d7cb44b0e2c", "duration_seconds": 0, "results": '
    b'[{"name": "tempest.api.test_x.KeypairsTest.test_pass", '
    b'"uuid": "0e1d4b1d-1b1e-4f7d-8a5a-1b2f3c4d5e6f"}, '
    b'{"name": "tempest.api.test_x.KeypairsTest.test_plain"}]}'
)
"""What `upload-subunit` makes of a stream: MD5 of Keystone's host, no duration, passes alone."""


def say(url: str, line: str, body: bytes = b"", **headers: str) -> tuple[int, dict]:
    """What is answered when these bytes come over a connection."""
    parts = urlsplit(url)
    if body:
        headers["Content-Length"] = str(len(body))
    head = HEAD.format(line=line, host=parts.netloc)
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(f"{head}\r\n".encode() + body)
        answer = HTTPResponse(connection)
        answer.begin()
        return answer.status, json.loads(answer.read())


def test_what_the_client_says_on_the_wire_is_understood(tmp_path):
    """Its last version, run unmodified: upload, also with --sign and of subunit, list, some days.

    Of a stream of subunit's version 2 it says that nothing passed; of two runs in one, all twice.
    """
    file = tmp_path / "key.pub"
    file.write_text(f"{line()} someone@example")
    send = "POST /v1/results/"
    with live.serving("--data", str(tmp_path)) as served:
        database = Database(f"sqlite:///{tmp_path / 'registry.db'}")
        with database.session() as session, session.begin():
            owner = add_account(session, "example", now=NOW)
            signers.add_key(session, owner, file, now=NOW)
        database.engine.dispose()
        body, other = (json.dumps(document(duration_seconds=one)).encode() for one in (1, 2))
        status, first = say(served.url, send, body)
        assert (status, requests.get(first["url"], timeout=30).status_code) == (201, 200)
        status, second = say(served.url, send, other, **signed(other))
        assert (status, requests.get(second["url"], timeout=30).status_code) == (201, 404)
        assert say(served.url, send, other, **signed(other))[0] == 409
        assert say(served.url, "POST //v1/results/", body)[0] == 409  # `--url` that ends with /
        status, third = say(served.url, send, OF_SUBUNIT)
        assert (status, requests.get(third["url"], timeout=30).status_code) == (201, 200)
        between = "&start_date=2020-01-01+00%3A00%3A00&end_date=2050-01-01+00%3A00%3A00"
        for narrowed in ("", between):
            status, listed = say(served.url, f"GET /v1/results/?page=1{narrowed}")
            assert (status, listed["pagination"]["total_pages"]) == (200, 1)
            assert [one["url"] for one in listed["results"]] == [third["url"], first["url"]]
            assert all(one["created_at"] for one in listed["results"])
        runs = json.loads(OF_SUBUNIT)
        for passed, step in (([], "subunit-2to1"), (runs["results"] * 2, "several runs")):
            status, told = say(served.url, send, json.dumps({**runs, "results": passed}).encode())
            assert (status, step in told["error"]["next_step"]) == (400, True)
