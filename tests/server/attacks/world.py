"""A registry with two accounts that have nothing to do with each other, and all that each has.

The tests here walk the addresses of the application: a new one is attacked as soon as it is there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from refcheck_server.accounts import services
from refcheck_server.accounts.models import Identity, Passkey, SignedIn
from refcheck_server.accounts.rights import Scope
from refcheck_server.refstack import signers
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.server import samples
from tests.server.accounts.notice_deeds import a_webhook
from tests.server.conftest import Registry
from tests.server.products.test_products import add_product
from tests.server.refstack.test_old_client import document, line, signed
from tests.server.vendors.test_vendors import invite, register
from tests.server.visitor import Visitor, visiting_as

Values = Mapping[str, Any]
SAFE = {"GET", "HEAD", "OPTIONS"}
EVERYWHERE = {
    "guideline_id": "2020.06",
    "target": "platform",
    "filename": "registry.css",
    "move": "withdraw",
    "table": "tokens",
    "job_id": 1,
    **dict.fromkeys(("number", "size", "old", "new"), 0),
}
"""Parts of addresses that belong to nobody."""


@dataclass
class Someone:
    """An account, a browser and a token of it, and what parts of addresses name things of it.

    Attributes:
        secret: a word that stands in everything that only they may see.
        values: part of an address → its value, where something private of theirs is named.
    """

    name: str
    secret: str
    browser: Visitor
    token: str
    values: dict[str, Any] = field(default_factory=dict)
    refstack_id: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def values_for(self, rule: Rule) -> dict[str, Any]:
        """A value of theirs for each part of that address."""
        known = EVERYWHERE | self.values
        if rule.rule.startswith(("/v1/results", "/refstack/")):
            known = {**known, "result_id": self.refstack_id, "name": "shared"}
        elif rule.rule.startswith("/v1/guidelines"):
            known = {**known, "name": "2020.06.json"}
        missing = rule.arguments - known.keys()
        assert not missing, f"{rule.rule}: give somebody one of {missing} in `someone`"
        return {name: known[name] for name in rule.arguments}


def rules(registry: Registry) -> Iterator[tuple[str, Rule]]:
    """Each method and address of the application."""
    for rule in registry.client.application.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, rule


def address(registry: Registry, rule: Rule, values: Values) -> str:
    """The address with these parts."""
    bound = registry.client.application.url_map.bind("localhost")
    return bound.build(rule.endpoint, dict(values), append_unknown=False)


def is_for_programs(path: str) -> bool:
    return path.startswith(("/api/", "/v1/"))


def ask(who: Someone | Visitor, method: str, path: str, **fields: Any) -> TestResponse:
    """As a browser of theirs asks, with a good form; as a program of theirs where it changes."""
    if isinstance(who, Visitor):
        data = {"form_token": who.form_token(), **fields} if method not in SAFE else None
        return who.client.open(path, method=method, data=data)
    if is_for_programs(path) and method not in SAFE:
        client = who.browser.registry.client
        return client.open(path, method=method, json=fields, headers=who.headers)
    return ask(who.browser, method, path, **fields)


def someone(registry: Registry, name: str) -> Someone:
    """A new account with everything that an account can have."""
    secret = f"zq{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    robot = registry.join(name)
    with registry.session() as session, session.begin():
        account = services.find_account(session, name)
        token = services.new_token(
            session, account, now=registry.clock(), scopes=frozenset(Scope)
        ).secret
        identity = Identity(
            account_id=account.id, issuer="https://x", subject=secret, added_at=registry.clock()
        )
        passkey = Passkey(
            account_id=account.id, credential=secret.encode(), public_key=b"", uses=0, name=secret,
            added_at=registry.clock(),
        )  # fmt: skip
        session.add_all([identity, passkey])
        session.flush()
        identity_id, passkey_id = identity.id, passkey.id
    made = Someone(name, secret, visiting_as(registry, name), token)
    slug = register(made.browser, f"Vendor of {name}", description=secret)
    product, version_id = add_product(made.browser, slug, description=secret)
    invite(made.browser, slug)
    page = made.browser.get(f"/vendors/{slug}").text
    digest = hashlib.sha256(secret.encode()).hexdigest()
    kept = samples.result(run_id=secret, cloud=digest)
    sent = registry.client.post(
        "/api/v1/results?private=yes",
        data=samples.envelope(kept, robot.signer),
        headers={"Authorization": f"Bearer {token}"},
    )
    assert sent.status_code == 201, sent.text
    result_id = sent.get_json()["id"]
    headers = {"Authorization": f"Bearer {token}"}
    code = {"project": "nova", "section": secret, "state": "identical"}
    seen = json.dumps({"code": [code]}).encode()
    blob = hashlib.sha256(seen).hexdigest()
    piece = f"/api/v1/results/{result_id}/evidence/{blob}?name={secret}"
    attached = registry.client.put(piece, data=seen, headers=headers)
    assert attached.status_code < 300, attached.text
    verdicts = made.browser.get(f"/api/v1/results/{result_id}/verdicts").get_json()
    with registry.session() as session:
        session_id = session.scalar(
            select(SignedIn.id).where(SignedIn.account_id == account.id).limit(1)
        )
    made.values = {
        "name": name,
        "member": name,
        "vendor": slug,
        "product": product.rpartition("/")[2],
        "version_id": version_id,
        "invitation_id": int(re.search(r"/invitations/(\d+)/revoke", page)[1]),
        "digest": digest,
        "result_id": result_id,
        "verdict_id": verdicts["verdicts"][0]["id"],
        "keyid": robot.signer.public_key.keyid,
        "prefix": "_".join(token.split("_")[:2]),
        "session_id": session_id,
        "identity_id": identity_id,
        "passkey_id": passkey_id,
        "sha256": blob,
        **a_webhook(registry, slug, secret),
    }
    made.values |= _application(registry, made, product, seen)
    made.refstack_id = _refstack_result(registry, made)
    return made


def _application(registry: Registry, who: Someone, product: str, seen: bytes) -> dict[str, int]:
    """A draft that only its vendor sees, with evidence, and a waiver that it asks for."""
    api, digest = f"/api/v1{product}/versions/{who.values['version_id']}", who.values["digest"]

    def done(path: str, **sent: Any) -> Any:
        answer = registry.client.post(path, json=sent, headers=who.headers)
        assert answer.status_code < 300, answer.text
        return answer.get_json()

    done(f"{api}/clouds", digest=digest)
    draft = {"result": who.values["result_id"], "target": "platform", "note": who.secret}
    number = done(f"{api}/applications", **draft)["id"]
    file = f"/api/v1/applications/{number}/evidence/{who.values['sha256']}?name=code.json"
    assert registry.client.put(file, data=seen, headers=who.headers).status_code == 201
    told = done(f"/api/v1/applications/{number}/waivers", test="some-test", wish=who.secret)
    return {"application_id": number, "waiver_id": told["waivers"][0]["id"]}


def _refstack_result(registry: Registry, who: Someone) -> str:
    key = rsa.generate_private_key(65537, 2048)
    file = registry.settings.signing_key.parent / f"{who.name}.pub"
    file.write_text(line(key))
    with registry.session() as session, session.begin():
        account = services.find_account(session, who.name)
        signers.add_key(session, account, file, now=registry.clock())
    body = json.dumps(document(3, cpid=who.secret)).encode()
    answer = registry.client.post("/v1/results", data=body, headers=signed(body, key))
    return answer.get_json()["test_id"]
