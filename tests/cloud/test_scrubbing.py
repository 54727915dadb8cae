"""A secret is removed by its value in whatever form it comes back, and learnt when it passes."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.cloud.scrubbing import REMOVED, Scrubber

CANARY = 'can\'ary "7f3a9c" ä/+=&<>'
KEY = (
    "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA7f3a9cXyZ\nabcdefghijklmnopqrstuvwx\n-----END KEY-----\n"
)


def knowing(*secrets):
    scrubber = Scrubber()
    for secret in secrets:
        scrubber.know(secret)
    return scrubber


def test_tokens_and_known_secrets_are_removed_wherever_they_stand():
    token = "gAAAAABn" + "x" * 60
    kept = knowing("canary-7f3a9c", "ab").scrub(f"message with canary-7f3a9c, {token} and ab")
    assert kept == f"message with {REMOVED}, {REMOVED} and ab"


@pytest.mark.parametrize(
    "form",
    [
        str,
        quote,
        quote_plus,
        lambda text: quote(text, safe=""),
        lambda text: json.dumps(text)[1:-1],
        lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
        lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
        lambda text: repr(text)[1:-1],
        html.escape,
        lambda text: text.encode().hex(),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    ],
)
@pytest.mark.parametrize("secret", [CANARY, KEY])
def test_a_secret_is_removed_in_every_form(form, secret):
    assert knowing(secret).scrub(f"<{form(secret)}>") == f"<{REMOVED}>"


@given(st.binary(max_size=10), st.binary(max_size=10), st.integers(min_value=18, max_value=60))
def test_what_is_left_of_a_secret_in_the_base64_of_something_longer_is_no_use(before, after, size):
    secret = "".join(chr(ord("!") + i % 90) for i in range(size))
    text = base64.b64encode(before + secret.encode() + after).decode()
    kept = knowing(secret).scrub(text)
    assert REMOVED in kept
    shown = b"".join(
        base64.b64decode(part + "=" * (-len(part) % 4))
        for part in kept.split(REMOVED)
        if len(part) % 4 != 1
    )
    assert secret.encode()[3:-3] not in shown


def test_a_message_made_one_line_hides_a_key_of_many():
    kept = knowing(KEY).scrub(" ".join(f"the key {KEY} is made".split()))
    assert "MIIE" not in kept
    assert "abcdefghijkl" not in kept


def test_a_single_line_of_a_key_is_removed_too():
    assert knowing(KEY).scrub("x abcdefghijklmnopqrstuvwx y") == f"x {REMOVED} y"


def test_a_secret_that_a_message_cuts_is_removed_as_well():
    secret = "Zq9-" + "s3cr3t" * 8 + "-end7"
    scrubber = knowing(secret)
    assert scrubber.scrub(f"it is {secret[:20]}") == f"it is {REMOVED}"
    assert scrubber.scrub(f"it is ...{secret[-20:]}!") == f"it is {REMOVED}!"
    assert scrubber.scrub(f"{secret[:15]} ... {secret[-15:]}") == f"{REMOVED} ... {REMOVED}"


def test_a_secret_within_a_longer_one_leaves_nothing_of_that():
    assert knowing("hunter2x", "hunter2x-and-more").scrub("hunter2x-and-more") == REMOVED


@given(st.text(alphabet="abcdefgh ", max_size=200))
def test_text_without_a_secret_stays_as_it_is(text):
    assert knowing("canary-7f3a9c-0123456789").scrub(text) == text


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ({"auth": {"identity": {"password": {"user": {"password": "S3CRET-value"}}}}}, {}),
        ({"auth": {"identity": {"token": {"id": "S3CRET-value"}}}}, {}),
        ({"changePassword": {"adminPass": "S3CRET-value"}}, {}),
        ({}, {"server": {"adminPass": "S3CRET-value"}}),
        ({}, {"keypair": {"private_key": "S3CRET-value"}}),
        ({}, {"application_credential": {"secret": "S3CRET-value"}}),
        ({"server": {"user_data": base64.b64encode(b"S3CRET-value").decode()}}, {}),
        ({"server": {"OS-EXT:user_data": base64.b64encode(b"S3CRET-value").decode()}}, {}),
        ({"users": [{"original_password": "S3CRET-value"}]}, {}),
    ],
)
def test_a_secret_is_learnt_from_a_body_that_passes(httpserver, service, recorder, sent, answered):
    httpserver.expect_request("/x").respond_with_json(answered, status=200)
    service.post("/x", json=sent)
    assert recorder.scrubber.scrub("say S3CRET-value") == f"say {REMOVED}"


@pytest.mark.parametrize(
    "name", ["X-Container-Meta-Temp-URL-Key-2", "X-Account-Meta-Temp-Url-Key", "X-Subject-Token",
             "X-Container-Sync-Key", "Authorization"],
)  # fmt: skip
def test_a_secret_is_learnt_from_a_header_that_passes(httpserver, service, recorder, name):
    httpserver.expect_request("/x").respond_with_data("")
    service.put("/x", headers={name: "S3CRET-value"})
    assert recorder.scrubber.scrub("say S3CRET-value") == f"say {REMOVED}"


def test_a_signature_is_learnt_from_an_address(httpserver, service, recorder):
    httpserver.expect_request("/x").respond_with_data("")
    service.get("/x", params={"temp_url_sig": "S3CRET-value", "temp_url_expires": "1700000000"})
    kept = recorder.scrubber.scrub("say S3CRET-value until 1700000000")
    assert kept == f"say {REMOVED} until 1700000000"


def test_what_only_looks_like_a_secret_by_its_place_is_not_learnt(httpserver, service, recorder):
    token = {"token": {"user": {"name": "demonstration"}, "expires_at": "2030-01-01T00:00:00Z"}}
    httpserver.expect_request("/x").respond_with_json(token)
    service.post("/x", json={"auth": {"scope": {"project": {"name": "some-project"}}}})
    text = "demonstration in some-project until 2030-01-01T00:00:00Z"
    assert recorder.scrubber.scrub(text) == text


def test_evidence_is_cut_after_its_secrets_are_gone(httpserver, service, recorder):
    secret = "S3CRET-value-" + "q" * 30
    long = {"message": "x" * 1960 + secret}
    httpserver.expect_request("/x").respond_with_json(long, headers={"x-trans-id": secret})
    service.put("/x", headers={"X-Container-Sync-Key": secret})
    (exchange,) = recorder.exchanges()
    assert "S3CRET" not in str(exchange.to_json())
