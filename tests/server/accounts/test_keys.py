"""Public keys count once an account has shown that it holds them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from refcheck_server.accounts import services
from refcheck_server.accounts.rights import Scope
from securesystemslib.signer import CryptoSigner

from refcheck.registry_client.keys import register
from refcheck.result.key_proof import Claim, prove
from refcheck.result.signing import load_signer, new_key, sign
from tests.server import live, samples


@pytest.fixture(scope="module")
def tokens(registry):
    """Of three accounts, good for keys and results."""
    made = {}
    with registry.session() as session, session.begin():
        for name in ("holder", "thief", "other"):
            account = services.add_account(session, name, now=registry.clock())
            scopes = (Scope.KEYS, Scope.RESULTS)
            token = services.new_token(session, account, now=registry.clock(), scopes=scopes)
            made[name] = token.secret
    return made


def post(registry, token, path, document):
    headers = {"Authorization": f"Bearer {token}"}
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return registry.client.post(f"/api/v1/account/keys{path}", data=body, headers=headers)


def challenge(registry, token) -> Claim:
    told = post(registry, token, "/challenges", {}).get_json()
    return Claim(told["registry"], told["account"], told["challenge"])


def document(claim: Claim, signer: CryptoSigner) -> dict:
    return {**prove(claim, signer), "challenge": claim.challenge}


def test_a_key_whose_holder_shows_it_counts_at_once_and_no_more_when_revoked(registry, tokens):
    token, signer = tokens["holder"], CryptoSigner.generate_ed25519()
    sent = registry.send(samples.envelope(samples.result(run_id="early"), signer), token=token)
    assert sent.status_code == 403
    proof = document(challenge(registry, token), signer)
    assert post(registry, token, "", proof).status_code == 201
    sent = registry.send(samples.envelope(samples.result(run_id="now"), signer), token=token)
    assert sent.status_code == 201
    keyid = signer.public_key.keyid
    assert post(registry, token, f"/{keyid}/revoke", {}).get_json()["revoked"]
    sent = registry.send(samples.envelope(samples.result(run_id="late"), signer), token=token)
    assert sent.status_code == 403
    assert "was revoked" in sent.get_json()["error"]["fault"]
    again = post(registry, token, "", document(challenge(registry, token), signer))
    assert again.status_code == 409


def test_a_proof_counts_once_and_only_for_who_asked_soon_enough(registry, tokens):
    signer = CryptoSigner.generate_ed25519()
    proof = document(challenge(registry, tokens["holder"]), signer)
    assert post(registry, tokens["thief"], "", proof).status_code == 422
    assert post(registry, tokens["holder"], "", proof).status_code == 201
    used = post(registry, tokens["holder"], "", proof)
    assert used.status_code == 422
    assert used.get_json()["error"]["path"] == "$.challenge"
    late = document(challenge(registry, tokens["holder"]), CryptoSigner.generate_ed25519())
    registry.clock.forward(minutes=11)
    assert post(registry, tokens["holder"], "", late).status_code == 422


def test_a_proof_that_fails_uses_its_challenge_up_too(registry, tokens):
    signer = CryptoSigner.generate_ed25519()
    asked = challenge(registry, tokens["other"])
    assert post(registry, tokens["other"], "", another_key(asked, signer)).status_code == 422
    again = post(registry, tokens["other"], "", document(asked, signer))
    assert (again.status_code, again.get_json()["error"]["path"]) == (422, "$.challenge")


def wrong_payload_type(claim, signer):
    made = document(claim, signer)
    return {**made, "proof": {**made["proof"], "payloadType": "application/vnd.in-toto+json"}}


def a_result_for_a_proof(claim, signer):
    payload = base64.b64decode(document(claim, signer)["proof"]["payload"])
    return {**document(claim, signer), "proof": json.loads(sign(payload, signer))}


def changed_after_signing(claim, signer):
    made = document(replace(claim, account="holder"), signer)
    payload = document(claim, signer)["proof"]["payload"]
    return {**made, "proof": {**made["proof"], "payload": payload}}


def another_key(claim, signer):
    other = document(claim, CryptoSigner.generate_ed25519())
    return {**document(claim, signer), "public_key": other["public_key"]}


WRONG = {
    "for another registry": lambda claim, signer: document(
        replace(claim, registry="https://evil.example"), signer
    ),
    "for another account": lambda claim, signer: document(replace(claim, account="holder"), signer),
    "for another challenge": lambda claim, signer: {
        **document(replace(claim, challenge="x"), signer),
        "challenge": claim.challenge,
    },
    "signed by another key": another_key,
    "changed after signing": changed_after_signing,
    "of another type": wrong_payload_type,
    "a result": a_result_for_a_proof,
    "without a signature": lambda claim, signer: {
        **document(claim, signer),
        "proof": {**document(claim, signer)["proof"], "signatures": []},
    },
    "no envelope": lambda claim, signer: {**document(claim, signer), "proof": {"payload": 1}},
    "no key": lambda claim, signer: {**document(claim, signer), "public_key": "ssh-rsa AAAA"},
    "a key that is a number": lambda claim, signer: {**document(claim, signer), "public_key": 7},
    "key ids that are numbers": lambda claim, signer: {
        **document(claim, signer),
        "proof": {
            "payload": base64.b64encode(b"{}").decode(),
            "payloadType": "x",
            "signatures": [{"keyid": 7, "sig": "AA=="}],
        },
    },
    "no JSON": lambda _claim, _signer: b"{",
    "a list": lambda _claim, _signer: b"[]",
    "nested deeply": lambda _claim, _signer: b"[" * 30_000,
    "a challenge that is no text": lambda claim, signer: {
        **document(claim, signer),
        "challenge": {"a": 1},
    },
}


@pytest.mark.parametrize("case", WRONG)
def test_what_proves_nothing_is_refused(registry, tokens, case):
    signer = CryptoSigner.generate_ed25519()
    made = WRONG[case](challenge(registry, tokens["other"]), signer)
    answer = post(registry, tokens["other"], "", made)
    assert answer.status_code in {400, 422}, answer.text
    error = answer.get_json()["error"]
    assert error["path"].startswith("$")
    assert error["next_step"]
    account = registry.client.get("/api/v1/account", headers={"Authorization": "Bearer x"})
    assert account.status_code == 401


def test_a_body_that_is_too_large_is_refused(registry, tokens):
    answer = post(registry, tokens["other"], "", b'"' + b"x" * 70_000 + b'"')
    assert answer.status_code == 413


def test_the_command_registers_a_key(tmp_path, refcheck):
    place = ["--data", str(tmp_path / "data")]
    new_key(tmp_path / "own.pem")
    with live.serving(*place) as registry:
        live.new_account("example", tmp_path, *place)
        token = tmp_path / "keys.token"
        made = live.administer(
            "token", "new", "example", "--scope", "keys", "--token-out", str(token), *place
        )
        assert made.returncode == 0, made.stderr
        ended = refcheck(
            "key", "register", "own.pem", "--registry", f"{registry.url}/",
            "--token-file", str(token),
        )  # fmt: skip
        assert ended.code == 0, ended.told
        keyid = load_signer(tmp_path / "own.pem").public_key.keyid
        assert keyid in ended.out
        assert keyid in live.administer("account", "list", *place).stdout
        again = refcheck(
            "key", "register", "own.pem", "--registry", registry.url, "--token-file", str(token)
        )
        assert again.code == 5
        assert "is registered for 'example'" in again.err
        results_only = (tmp_path / "example.token").read_text().strip()
        refused = refcheck(
            "key", "register", "own.pem", "--registry", registry.url, REFCHECK_TOKEN=results_only
        )
        assert refused.code == 5
        assert "Use a token with the scope keys" in refused.err


def test_the_command_signs_nothing_for_a_registry_that_calls_itself_another(httpserver, tmp_path):
    new_key(tmp_path / "own.pem")
    path = "/api/v1/account/keys/challenges"
    httpserver.expect_request(path).respond_with_json(
        {"registry": "https://good.example", "account": "victim", "challenge": "x"}, status=201
    )
    with pytest.raises(Exception, match=r"calls itself 'https://good\.example'"):
        register(tmp_path / "own.pem", httpserver.url_for(""), "token")
    assert len(httpserver.log) == 1
