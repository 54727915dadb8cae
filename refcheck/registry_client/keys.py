"""Registering a public key with a registry, by showing that one holds it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from refcheck.errors import RegistryRefused
from refcheck.registry_client.asking import address_of, ask
from refcheck.registry_client.receipt import Answer, refusal
from refcheck.result.key_proof import Claim, prove
from refcheck.result.signing import load_signer


@dataclass(frozen=True, slots=True)
class Registered:
    """A key that counts for an account from now on."""

    keyid: str
    account: str


def register(private: Path, registry: str, token: str) -> Registered:
    """Let results that this key signs count for the token's account.

    Args:
        private: file of the private key; it stays here.
        registry: address of the registry, like `https://registry.example.org`.
        token: API token with the scope `keys`.

    Raises:
        KeyFault: the file holds no key that can sign.
        WrongUse: the address or the token cannot be one.
        RegistryRefused: the registry said no, and why.
        RegistryUnreachable: it does not answer, or is broken.
    """
    signer = load_signer(private)
    asked = _ask(registry, "account/keys/challenges", {}, token, expected=201)
    account, challenge = asked.body.get("account"), asked.body.get("challenge")
    if not isinstance(account, str) or not isinstance(challenge, str):
        raise RegistryRefused(
            "this does not look like a refcheck registry",
            where=registry,
            next_step="Check that this is the address of a registry.",
        )
    claim = Claim(registry.rstrip("/"), account, challenge)
    if (name := asked.body.get("registry")) != claim.registry:
        raise RegistryRefused(
            f"calls itself {name!r}, and could pass on what was signed for it",
            where=registry,
            next_step="If you trust that address, give it with --registry.",
        )
    document = {**prove(claim, signer), "challenge": challenge}
    _ask(registry, "account/keys", document, token, expected=201)
    return Registered(signer.public_key.keyid, account)


def _ask(registry: str, path: str, document: object, token: str, *, expected: int) -> Answer:
    address = address_of(registry, path)
    answer = ask(
        address,
        json.dumps(document).encode(),
        token,
        content_type="application/json",
        step=lambda advice: advice or "Try again later.",
    )
    if answer.status != expected:
        raise refusal(answer, address, lambda advice: advice or "Try again later.")
    return answer
