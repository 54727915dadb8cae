"""Claims and lists: what is signed comes back, and nothing that is wrong is ever taken for one."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
import rfc8785
from securesystemslib.signer import CryptoSigner

from refcheck.claim.badge import LIMIT, carried_claim, draw_claim
from refcheck.claim.check import Reason, faults_of, opened
from refcheck.claim.claim import CLAIM, read_claim, sign_claim
from refcheck.claim.revocations import read_revocations, sign_revocations
from refcheck.errors import BadClaim, BadSignature
from refcheck.result.document import to_statement
from refcheck.result.signing import sign
from tests.claim import samples
from tests.claim.samples import NOW
from tests.server import samples as results

SIGNER, OTHER = CryptoSigner.generate_ed25519(), CryptoSigner.generate_ed25519()
KEYS = [SIGNER.public_key]


def signed(**changes):
    return read_claim(sign_claim(samples.claim(**changes), SIGNER), KEYS, where="claim")


def reasons(one, **given) -> set[Reason]:
    return {fault.reason for fault in faults_of(one, **{"now": NOW, **given})}


def payload_of(envelope: bytes) -> dict:
    return json.loads(base64.b64decode(json.loads(envelope)["payload"]))


def test_what_was_signed_comes_back_and_holds():
    one = signed()
    assert one.claim == samples.claim()
    assert reasons(one, revocations=samples.revocations("0" * 64), cloud=samples.CLOUD[:8]) == set()
    made = samples.revocations(one.sha256)
    assert read_revocations(sign_revocations(made, SIGNER), KEYS, where="list") == made


def test_a_claim_of_another_key_or_with_a_changed_byte_is_signed_by_nobody():
    with pytest.raises(BadSignature):
        read_claim(sign_claim(samples.claim(), OTHER), KEYS, where="claim")
    envelope = json.loads(sign_claim(samples.claim(), SIGNER))
    payload = base64.b64decode(envelope["payload"])
    believed = []
    for at in range(0, len(payload), 7):
        changed = payload[:at] + bytes([payload[at] ^ 1]) + payload[at + 1 :]
        envelope["payload"] = base64.b64encode(changed).decode()
        try:
            read_claim(json.dumps(envelope).encode(), KEYS, where="claim")
        except (BadSignature, BadClaim):
            continue
        believed.append(at)
    assert believed == []


def test_the_signature_of_the_right_key_on_something_else_makes_no_claim():
    """Whatever else this key signs (a list, a result, an older form) is not a claim."""
    sound = payload_of(sign_claim(samples.claim(), SIGNER))
    no_such_day = {**sound["predicate"], "expires": "2026-02-31T00:00:00Z"}
    others = {
        "a list": sign_revocations(samples.revocations(), SIGNER),
        "a result": sign(to_statement(results.result()), SIGNER),
        "another kind": sign(rfc8785.dumps({**sound, "predicateType": "urn:x:2"}), SIGNER),
        "a member more": sign(rfc8785.dumps({**sound, "extra": 1}), SIGNER),
        "two subjects": sign(rfc8785.dumps({**sound, "subject": sound["subject"] * 2}), SIGNER),
        "not canonical": sign(json.dumps(sound).encode(), SIGNER),
        "not JSON": sign(b"{", SIGNER),
        "deep nesting": sign(b"[" * 5000 + b"]" * 5000, SIGNER),
        "no such day": sign(rfc8785.dumps({**sound, "predicate": no_such_day}), SIGNER),
    }
    for member in sound["predicate"]:
        lacking = {name: value for name, value in sound["predicate"].items() if name != member}
        document = {**sound, "predicate": lacking}
        others[f"without {member}"] = sign(rfc8785.dumps(document), SIGNER)
    believed = []
    for name, envelope in others.items():
        try:
            read_claim(envelope, KEYS, where=name)
        except BadClaim:
            continue
        believed.append(name)
    assert believed == []


@pytest.mark.parametrize("spelled", ["7.0", "7e0", "70E-1", "0.7", "7.5", "NaN", '"7"', "07"])
def test_a_number_of_a_list_has_one_spelling(spelled):
    whole = replace(samples.revocations(), number=7)
    text = base64.b64decode(json.loads(sign_revocations(whole, SIGNER))["payload"]).decode()
    other = text.replace('"number":7', f'"number":{spelled}')
    assert other != text
    with pytest.raises(BadClaim):
        read_revocations(sign(other.encode(), SIGNER), KEYS, where="list")


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"{}", b"[" * 20_000, b"{" * 100, b'{"payload": 1}', b"\xff\xfe", b"x" * 99],
)
def test_what_is_no_document_is_no_claim(data):
    with pytest.raises(BadClaim):
        read_claim(data, KEYS, where="claim")


def test_what_is_too_large_is_not_read():
    with pytest.raises(BadClaim, match="more than the"):
        read_claim(b" " * (CLAIM.limit + 1), KEYS, where="claim")
    with pytest.raises(BadClaim, match="too large"):
        carried_claim(b"<svg>" + b" " * LIMIT, KEYS, where="badge")


def test_time_subject_and_lists_each_have_their_word():
    one = signed()
    fresh = samples.revocations()
    for given, expected in (
        ({"now": one.claim.expires}, {Reason.EXPIRED, Reason.OLD_LIST}),
        ({"now": one.claim.expires - timedelta(seconds=1)}, {Reason.OLD_LIST}),
        ({"now": fresh.expires - timedelta(seconds=1)}, set()),
        ({"now": one.claim.issued - timedelta(hours=1)}, {Reason.EARLY}),
        ({"cloud": "0" * 8}, {Reason.SUBJECT}),
        ({"revocations": samples.revocations(one.sha256)}, {Reason.REVOKED}),
        ({"revocations": samples.revocations(number=3)}, {Reason.OLD_LIST}),
        ({"revocations": samples.revocations(expires=NOW)}, {Reason.OLD_LIST}),
        ({"revocations": samples.revocations(one.sha256, number=3)},
         {Reason.REVOKED, Reason.OLD_LIST}),
    ):  # fmt: skip
        assert reasons(one, **{"revocations": fresh, **given}) == expected, given


def test_a_badge_shows_its_claim_and_nothing_else():
    one = signed(wording='<script>alert("x")</script> & more')
    badge = draw_claim(one)
    assert opened(badge, KEYS, where="badge") == (one, ())
    assert b"until 2027-02-26" in badge
    text = badge.decode()
    hostile = {
        "says more": text.replace("Powered Compute,", "Powered Platform,"),
        "lasts longer": text.replace("until 2027", "until 2037"),
        "a script": text.replace("</svg>", "<script>alert(1)</script></svg>"),
        "a handler": text.replace("<svg ", '<svg onload="alert(1)" '),
        "something over it": text.replace("</svg>", '<image href="https://x.example/"/></svg>'),
        "a colour": text.replace("#2b3440", "#1a6b3c"),
        "a space": text + " ",
    }
    for name, svg in hostile.items():
        found, faults = opened(svg.encode(), KEYS, where=name)
        assert found == one, name
        assert [fault.reason for fault in faults] == [Reason.BADGE], name


def test_a_badge_without_a_claim_with_two_or_of_a_stranger_is_none():
    one = draw_claim(signed()).decode()
    claim = one[one.index("<claim") : one.index("</metadata>")]
    for svg in (one.replace(claim, ""), one.replace(claim, claim * 2), one.replace('">ey', '">%y')):
        assert svg != one
        with pytest.raises(BadClaim):
            opened(svg.encode(), KEYS, where="badge")
    stranger = read_claim(sign_claim(samples.claim(), OTHER), [OTHER.public_key], where="claim")
    found, faults = opened(draw_claim(stranger), KEYS, where="badge")
    assert (found, [fault.reason for fault in faults]) == (None, [Reason.SIGNATURE])


def test_nothing_is_signed_that_nobody_could_read():
    with pytest.raises(ValueError, match="nobody could read"):
        sign_claim(samples.claim(name=""), SIGNER)
