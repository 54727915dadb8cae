"""What belongs to users: their secrets reach no evidence, their credentials are found again."""

import json

from refcheck.cloud import redaction
from refcheck.cloud.creating import Creator
from refcheck.cloud.ledger import Ledger
from refcheck.cloud.sweeping import sweep

CREDENTIALS = "/users/u1/application_credentials"
MADE = {"id": "c1", "name": "rc-0a1b2c3d-credential-1", "secret": "shown-once-and-never-again"}


def test_the_secret_of_an_application_credential_is_scrubbed_wherever_it_comes_up(
    httpserver, service, recorder
):
    httpserver.expect_request(CREDENTIALS).respond_with_json({"application_credential": MADE})
    service.post(CREDENTIALS, json={})
    told = recorder.scrubber.scrub(f"assert 'x' == {MADE['secret']!r}")
    assert MADE["secret"] not in told
    assert told.startswith("assert 'x' == ")


def test_a_password_that_was_sent_is_scrubbed_even_when_the_cloud_refuses_it(
    httpserver, service, recorder
):
    httpserver.expect_request("/users/u1/password").respond_with_data("no JSON", status=400)
    sent = {"user": {"original_password": "the-first-one", "password": "the-next-one"}}
    service.post("/users/u1/password", json=sent)
    told = recorder.scrubber.scrub("neither the-first-one nor the-next-one is good")
    assert "first-one" not in told
    assert "next-one" not in told


def test_the_evidence_of_an_application_credential_keeps_all_but_the_secret():
    kept = redaction.body(json.dumps({"application_credential": MADE}).encode())
    assert MADE["secret"] not in kept
    assert json.loads(kept)["application_credential"]["name"] == "rc-0a1b2c3d-credential-1"


def test_other_credentials_are_removed_whole():
    kept = redaction.body(json.dumps({"credential": {"blob": "canary-7f3a9c"}}).encode())
    assert "canary" not in kept


def test_an_application_credential_is_removed_with_the_test(httpserver, service, tmp_path):
    answer = {"application_credential": MADE}
    httpserver.expect_request(CREDENTIALS, method="POST").respond_with_json(answer, status=201)
    httpserver.expect_request(f"{CREDENTIALS}/c1", method="DELETE").respond_with_data("", 204)
    ledger = Ledger(tmp_path / "ledger.sqlite")
    create = Creator(lambda _kind: service, ledger, "rc-1")
    create.application_credential("u1")
    assert [entry.kind for entry in ledger.open_entries()] == ["application_credential"]
    create.clean()
    assert ledger.open_entries() == ()
    assert httpserver.log[-1][0].method == "DELETE"


def test_one_whose_answer_was_lost_is_found_by_its_user_and_its_name(
    httpserver, service, tmp_path, simulated
):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.meant("application_credential", "u1/rc-0a1b2c3d-credential-1")
    listed = {
        "application_credentials": [
            {"id": "c1", "name": "rc-0a1b2c3d-credential-1"},
            {"id": "c2", "name": "y"},
        ]
    }
    httpserver.expect_request(
        CREDENTIALS, method="GET", query_string={"name": "rc-0a1b2c3d-credential-1"}
    ).respond_with_json(listed)
    httpserver.expect_request(f"{CREDENTIALS}/c1", method="DELETE").respond_with_data("", 204)
    assert sweep(lambda _kind: service, ledger, simulated.clock()) == ()
    assert ledger.open_entries() == ()
    assert [request.method for request, _ in httpserver.log] == ["GET", "DELETE"]
