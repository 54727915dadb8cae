"""Nothing secret survives into evidence."""

import json

import pytest

from refcheck.cloud import redaction
from refcheck.cloud.scrubbing import REMOVED

CANARY = "canary-7f3a9c"


@pytest.mark.parametrize(
    "body",
    [
        {"auth": {"identity": {"password": {"user": {"password": CANARY}}}}},
        {"server": {"adminPass": CANARY}},
        {"keypair": {"private_key": CANARY}},
        {"server": {"user_data": CANARY}},
        {"application_credential": {"secret": CANARY}},
        [{"deep": [{"user_password": CANARY, "token": CANARY}]}],
    ],
)
def test_secrets_are_removed_from_bodies(body):
    kept = redaction.body(json.dumps(body).encode())
    assert CANARY not in kept
    assert REMOVED in kept


def test_what_is_no_secret_stays_readable_in_bodies():
    assert json.loads(redaction.body(b'{"server": {"name": "x", "id": 1}}')) == {
        "server": {"name": "x", "id": 1}
    }


def test_token_requests_are_removed_whole():
    assert redaction.body(b'{"id": "canary"}', of_token=True) == REMOVED


def test_content_that_is_not_json_is_kept_as_length_and_digest_only():
    kept = redaction.body(CANARY.encode())
    assert CANARY not in kept
    assert f"{len(CANARY)} bytes" in kept


def test_long_bodies_are_shortened():
    assert len(redaction.shortened("x" * 100_000)) < 3000


@pytest.mark.parametrize(
    "name",
    ["X-Auth-Token", "X-Subject-Token", "Authorization", "Set-Cookie", "X-Anything-Unknown",
     "X-Account-Meta-Temp-URL-Key", "X-Service-Token", "X-Storage-Token",
     "X-Container-Meta-Temp-URL-Key", "X-Container-Meta-Temp-URL-Key-2", "X-Container-Sync-Key"],
)  # fmt: skip
def test_headers_that_are_not_known_to_be_harmless_lose_their_value(name):
    assert CANARY not in json.dumps(redaction.headers({name: CANARY}))


def test_harmless_headers_are_kept():
    given = {"Content-Type": "text/plain", "ETag": "abc", "X-Container-Meta-Colour": "red"}
    assert redaction.headers(given) == given


def test_signatures_and_unknown_fields_are_removed_from_addresses():
    kept = redaction.url(
        f"https://user:{CANARY}@host:1/v1/c/o?temp_url_sig={CANARY}&limit=3&x={CANARY}"
    )
    assert CANARY not in kept
    assert kept.startswith("https://host:1/v1/c/o?")
    assert "limit=3" in kept


def test_an_echoed_token_is_removed_from_the_evidence(httpserver, service, recorder):
    httpserver.expect_request("/x").respond_with_json({"message": f"your token is {CANARY}"})
    service.get("/x", headers={"X-Auth-Token": CANARY}, authenticated=False)
    assert CANARY not in str([exchange.to_json() for exchange in recorder.exchanges()])


def test_whatever_a_secret_field_holds_is_removed():
    kept = redaction.body(json.dumps({"token": {"id": CANARY}, "auth_tokens": [CANARY]}))
    assert CANARY not in kept
