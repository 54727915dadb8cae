"""Signatures: what fits is accepted, everything else is refused with its reason."""

import base64
import json
import stat

import pytest

from refcheck.errors import BadResult, BadSignature, KeyFault
from refcheck.result import signing
from refcheck.result.document import from_statement, to_statement


@pytest.fixture
def public_key(private_key):
    return signing.read_public_key(private_key)


@pytest.fixture
def envelope(result, private_key):
    return signing.sign(to_statement(result), signing.load_signer(private_key))


def altered(envelope, **members):
    return json.dumps({**json.loads(envelope), **members}).encode()


def test_a_signed_result_is_accepted_and_unchanged(envelope, public_key, result):
    opened = signing.open_envelope(envelope)
    assert signing.verify(opened, [public_key]).keyid == public_key.keyid
    assert from_statement(opened.payload) == result


def test_a_private_key_is_for_its_owner_only(private_key):
    assert stat.S_IMODE(private_key.stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(private_key):
    before = private_key.read_bytes()
    with pytest.raises(KeyFault, match="already there"):
        signing.new_key(private_key)
    assert private_key.read_bytes() == before


def test_a_changed_payload_is_refused(envelope, public_key):
    payload = base64.b64decode(json.loads(envelope)["payload"]).replace(b'"failed"', b'"passed"')
    forged = altered(envelope, payload=base64.b64encode(payload).decode())
    with pytest.raises(BadSignature, match="changed after signing"):
        signing.verify(signing.open_envelope(forged), [public_key])


def test_a_signature_of_another_key_is_refused(envelope, tmp_path):
    stranger = signing.read_public_key(signing.new_key(tmp_path / "other.pem"))
    with pytest.raises(BadSignature, match="not known here"):
        signing.verify(signing.open_envelope(envelope), [stranger])


def test_a_foreign_signature_under_a_known_key_id_is_refused(
    envelope, public_key, result, tmp_path
):
    signing.new_key(tmp_path / "other.pem")
    foreign = json.loads(
        signing.sign(to_statement(result), signing.load_signer(tmp_path / "other.pem"))
    )
    foreign["signatures"][0]["keyid"] = public_key.keyid
    with pytest.raises(BadSignature, match="changed after signing"):
        signing.verify(signing.open_envelope(json.dumps(foreign).encode()), [public_key])


def test_an_unsigned_envelope_is_refused(envelope):
    with pytest.raises(BadSignature, match="nobody signed"):
        signing.open_envelope(altered(envelope, signatures=[]))


def test_a_bare_statement_is_refused_as_unsigned(result):
    with pytest.raises(BadSignature, match="not signed"):
        signing.open_envelope(to_statement(result))


@pytest.mark.parametrize("length", [0, 1, 50, -1, -40])
def test_a_truncated_envelope_is_refused(envelope, length):
    with pytest.raises(BadResult):
        signing.open_envelope(envelope[:length])


def test_a_large_file_is_refused_before_it_is_parsed():
    with pytest.raises(BadResult, match="bytes large"):
        signing.open_envelope(b"[" * 50_000_000)


@pytest.mark.parametrize(
    "change",
    [
        {"payloadType": "text/plain"},
        {"payload": "not base64!"},
        {"payload": 7},
        {"signatures": "none"},
        {"signatures": [{"keyid": "a"}]},
        {"signatures": [{"keyid": 1, "sig": "AA=="}]},
        {"signatures": [{"keyid": "a", "sig": "AA=="}, {"keyid": "a", "sig": "AA=="}]},
    ],
)
def test_a_broken_envelope_is_refused(envelope, change):
    with pytest.raises(BadResult):
        signing.open_envelope(altered(envelope, **change))


def test_a_key_of_another_kind_is_refused(tmp_path):
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    pem = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(KeyFault, match="rsa"):
        signing.load_public_key(pem, where="key")


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAA==\n"])
def test_a_file_that_holds_no_key_is_refused(tmp_path, content):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(KeyFault):
        signing.read_public_key(tmp_path / "key")
