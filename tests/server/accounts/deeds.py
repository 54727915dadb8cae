"""Everything that changes something in a registry, done once in each way, and what is told of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pyotp
from refcheck_server.accounts import queries, services
from refcheck_server.accounts.models import Identity
from securesystemslib.signer import CryptoSigner

from refcheck.result.key_proof import Claim, prove
from tests.server import authenticator, samples
from tests.server.accounts.doing import Doing
from tests.server.conftest import Member
from tests.server.products.test_products import cloud_of
from tests.server.vendors.test_vendors import invite, token
from tests.server.visitor import PASSWORD, visiting_as

PRODUCTS = "/vendors/<word:vendor>/products"
PRODUCT = f"{PRODUCTS}/<word:product>"
VERSION = f"{PRODUCT}/versions/<number:version_id>"

Told = tuple[str, str, str]
"""Actor, action and subject of an event."""
Deed = Callable[[Doing], Told]
DEEDS: dict[str, Deed] = {}
"""What is done in each way, and what must be told of it."""


def deed(*ways: str) -> Callable[[Deed], Deed]:
    def keep(function: Deed) -> Deed:
        DEEDS.update(dict.fromkeys(ways, function))
        return function

    return keep


@deed("POST /accounts/<word:name>/role")
def give_role(doing: Doing) -> Told:
    who = doing.person()
    doing.ask("root", of={"name": who}, role="auditor")
    return "account:root", "role.given", f"account:{who}"


@deed("POST /accounts/<word:name>/disable")
def disable(doing: Doing) -> Told:
    who = doing.person()
    doing.ask("root", of={"name": who})
    return "account:root", "account.disabled", f"account:{who}"


@deed("POST /accounts/<word:name>/enable")
def enable(doing: Doing) -> Told:
    who = doing.person()
    doing.run(who, way="account disable")
    doing.ask("root", of={"name": who})
    return "account:root", "account.enabled", f"account:{who}"


@deed("POST /accounts/<word:name>/sign-out")
def sign_out(doing: Doing) -> Told:
    who = doing.person()
    visiting_as(doing.registry, who)
    doing.ask("root", of={"name": who})
    return "account:root", "sessions.ended", f"account:{who}"


@deed(
    "POST /accounts/<word:name>/tokens/<token_prefix:prefix>/revoke",
    "POST /account/tokens/<token_prefix:prefix>/revoke",
)
def revoke_token(doing: Doing) -> Told:
    robot = doing.robot()
    actor = "root" if "accounts" in doing.way else robot.name
    doing.ask(actor, of={"name": robot.name, "prefix": robot.prefix})
    return f"account:{actor}", "token.revoked", f"token:{robot.prefix}"


@deed(
    "POST /accounts/<word:name>/keys/<hex(length=64):keyid>/revoke",
    "POST /account/keys/<hex(length=64):keyid>/revoke",
    "POST /api/v1/account/keys/<hex(length=64):keyid>/revoke",
)
def revoke_key(doing: Doing) -> Told:
    robot = doing.robot()
    keyid = robot.signer.public_key.keyid
    actor = "root" if "accounts" in doing.way else robot.name
    doing.ask(actor, of={"name": robot.name, "keyid": keyid})
    return f"account:{actor}", "key.revoked", f"key:{keyid}"


@deed("POST /account/password")
def change_password(doing: Doing) -> Told:
    who = doing.person()
    doing.ask(who, password=PASSWORD, new_password="another correct horse battery")
    return f"account:{who}", "password.set", f"account:{who}"


@deed("POST /account/second-factor")
def set_up_second_factor(doing: Doing) -> Told:
    who, secret = doing.person(), pyotp.random_base32()
    now = pyotp.TOTP(secret).at(doing.registry.clock())
    doing.ask(who, secret=secret, password=PASSWORD, code=now)
    return f"account:{who}", "second_factor.set_up", f"account:{who}"


@deed("POST /account/passkeys")
def add_passkey(doing: Doing) -> Told:
    who, _ = equipped(doing)
    return f"account:{who}", "passkey.added", f"account:{who}"


@deed("POST /account/passkeys/<number:passkey_id>/remove")
def remove_passkey(doing: Doing) -> Told:
    who, number = equipped(doing)
    doing.ask(who, of={"passkey_id": number}, password=PASSWORD)
    return f"account:{who}", "passkey.removed", f"account:{who}"


def equipped(doing: Doing) -> tuple[str, int]:
    """Someone who just added a passkey, and its number."""
    who = doing.person()
    visitor = visiting_as(doing.registry, who)
    doing.mark()
    assert authenticator.add_passkey(visitor, authenticator.Device()).status_code == 303
    page = visitor.get("/account").text
    return who, int(re.search(r"/account/passkeys/(\d+)/remove", page)[1])


@deed("POST /account/tokens")
def make_token(doing: Doing) -> Told:
    who = doing.person()
    doing.ask(who, scopes=["results", "keys"], days="30")
    with doing.registry.session() as session:
        [made] = queries.tokens_of(session, services.find_account(session, who).id)
    return f"account:{who}", "token.made", f"token:{made.prefix}"


@deed("POST /account/identities/<number:identity_id>/unlink")
def unlink_identity(doing: Doing) -> Told:
    who = doing.person()
    with doing.registry.session() as session, session.begin():
        account, now = services.find_account(session, who), doing.registry.clock()
        known = Identity(account_id=account.id, issuer="https://x", subject=who, added_at=now)
        session.add(known)
        session.flush()
        number = known.id
    doing.ask(who, of={"identity_id": number})
    return f"account:{who}", "identity.unlinked", f"account:{who}"


@deed("POST /api/v1/account/keys")
def register_key(doing: Doing) -> Told:
    who, signer = doing.person(), CryptoSigner.generate_ed25519()
    given = {"Authorization": f"Bearer {token(doing.registry, who)}"}
    asked = doing.registry.client.post("/api/v1/account/keys/challenges", headers=given).get_json()
    claim = Claim(asked["registry"], asked["account"], asked["challenge"])
    doing.ask(who, **prove(claim, signer), challenge=claim.challenge)
    return f"account:{who}", "key.added", f"key:{signer.public_key.keyid}"


@deed("POST /api/v1/results")
def send_result(doing: Doing) -> Told:
    robot = doing.robot()
    doing.mark()
    answer = doing.registry.submit(samples.result(run_id=robot.name), member=robot)
    return f"account:{robot.name}", "result.judged", f"result:{answer.get_json()['id']}"


RESULT = "/results/<hex(length=32):result_id>"


@deed(f"POST {RESULT}/share", f"POST /api/v1{RESULT}/share")
def share_result(doing: Doing) -> Told:
    robot = doing.robot()
    body = samples.envelope(samples.result(run_id=robot.name), robot.signer)
    given = {"Authorization": f"Bearer {robot.token}"}
    sent = doing.registry.client.post("/api/v1/results?private=yes", data=body, headers=given)
    number = sent.get_json()["id"]
    doing.ask(robot.name, of={"result_id": number})
    return f"account:{robot.name}", "result.shared", f"result:{number}"


@deed(f"POST {RESULT}/withdraw", f"DELETE /api/v1{RESULT}/share")
def withdraw_result(doing: Doing) -> Told:
    robot = doing.robot()
    sent = doing.registry.submit(samples.result(run_id=robot.name), member=robot)
    number = sent.get_json()["id"]
    doing.ask(robot.name, of={"result_id": number})
    return f"account:{robot.name}", "result.withdrawn", f"result:{number}"


@deed("POST /clouds/<hex(length=64):digest>/version")
def choose_version(doing: Doing) -> Told:
    who, of, digest = _linkable(doing)
    doing.ask(who, of={"digest": digest}, version=str(of["version_id"]))
    return f"account:{who}", "cloud.linked", f"cloud:{digest}"


@deed("POST /vendors", "POST /api/v1/vendors")
def register_vendor(doing: Doing) -> Told:
    who = doing.person()
    doing.ask(who, name=f"Of {who}", contact="someone@example.org")
    return f"account:{who}", "vendor.registered", f"vendor:of-{who}"


@deed("POST /vendors/<word:vendor>/edit", "PUT /api/v1/vendors/<word:vendor>")
def edit_vendor(doing: Doing) -> Told:
    who, slug = doing.vendor()
    doing.ask(who, of={"vendor": slug}, name=f"Of {who}", contact="x@example.org", revision="1")
    return f"account:{who}", "vendor.changed", f"vendor:{slug}"


@deed("POST /vendors/<word:vendor>/decision", "POST /api/v1/vendors/<word:vendor>/decision")
def decide_on_vendor(doing: Doing) -> Told:
    _, slug = doing.vendor()
    doing.ask("root", of={"vendor": slug}, state="approved", revision="1")
    return "account:root", "vendor.approved", f"vendor:{slug}"


@deed("POST /vendors/<word:vendor>/invitations", "POST /api/v1/vendors/<word:vendor>/invitations")
def make_invitation(doing: Doing) -> Told:
    who, slug = doing.vendor()
    doing.ask(who, of={"vendor": slug}, place="member")
    return f"account:{who}", "invitation.made", f"vendor:{slug}"


@deed("POST /vendors/<word:vendor>/invitations/<number:invitation_id>/revoke")
def revoke_invitation(doing: Doing) -> Told:
    who, slug = doing.vendor()
    visitor = visiting_as(doing.registry, who)
    invite(visitor, slug)
    number = re.search(r"/invitations/(\d+)/revoke", visitor.get(f"/vendors/{slug}").text)[1]
    doing.ask(who, of={"vendor": slug, "invitation_id": number})
    return f"account:{who}", "invitation.revoked", f"vendor:{slug}"


@deed("POST /invitation")
def accept_invitation(doing: Doing) -> Told:
    owner, slug = doing.vendor()
    link, who = invite(visiting_as(doing.registry, owner), slug), doing.person()
    doing.ask(who, secret=link.split("=")[1])
    return f"account:{who}", "invitation.accepted", f"vendor:{slug}"


@deed(
    "POST /vendors/<word:vendor>/members/<word:member>/place",
    "PUT /api/v1/vendors/<word:vendor>/members/<word:member>",
)
def give_place(doing: Doing) -> Told:
    owner, slug, member = doing.member()
    doing.ask(owner, of={"vendor": slug, "member": member}, place="administrator")
    return f"account:{owner}", "member.place_given", f"vendor:{slug}"


@deed(
    "POST /vendors/<word:vendor>/members/<word:member>/remove",
    "DELETE /api/v1/vendors/<word:vendor>/members/<word:member>",
)
def remove_member(doing: Doing) -> Told:
    owner, slug, member = doing.member()
    doing.ask(owner, of={"vendor": slug, "member": member})
    return f"account:{owner}", "member.removed", f"vendor:{slug}"


@deed("POST /vendors/<word:vendor>/leave")
def leave_vendor(doing: Doing) -> Told:
    _, slug, member = doing.member()
    doing.ask(member, of={"vendor": slug})
    return f"account:{member}", "member.left", f"vendor:{slug}"


@deed(f"POST {PRODUCTS}", f"POST /api/v1{PRODUCTS}")
def add_a_product(doing: Doing) -> Told:
    who, slug = doing.vendor()
    doing.ask(who, of={"vendor": slug}, name="Cloud", kind="component")
    return f"account:{who}", "product.added", f"product:{slug}/cloud"


@deed(f"POST {PRODUCT}/edit", f"PUT /api/v1{PRODUCT}")
def edit_product(doing: Doing) -> Told:
    who, of = doing.version()
    doing.ask(who, of=of, name="Cloud Two", kind="component", revision="1")
    return f"account:{who}", "product.changed", f"product:{of['vendor']}/cloud-one"


@deed(f"POST {PRODUCT}/versions", f"POST /api/v1{PRODUCT}/versions")
def add_version(doing: Doing) -> Told:
    who, of = doing.version()
    doing.ask(who, of=of, name="2027.1")
    return f"account:{who}", "version.added", f"product:{of['vendor']}/cloud-one"


@deed(f"POST {VERSION}/edit", f"PUT /api/v1{VERSION}")
def edit_version(doing: Doing) -> Told:
    who, of = doing.version()
    doing.ask(who, of=of, name="2027.1", revision="1")
    return f"account:{who}", "version.changed", f"product:{of['vendor']}/cloud-one"


@deed(f"POST {VERSION}/clouds", f"POST /api/v1{VERSION}/clouds")
def link_cloud(doing: Doing) -> Told:
    who, of, digest = _linkable(doing)
    doing.ask(who, of=of, digest=digest)
    return f"account:{who}", "cloud.linked", f"cloud:{digest}"


@deed(
    f"POST {VERSION}/clouds/<hex(length=64):digest>/unlink",
    f"DELETE /api/v1{VERSION}/clouds/<hex(length=64):digest>",
)
def unlink_cloud(doing: Doing) -> Told:
    who, of, digest = _linkable(doing)
    path = f"/vendors/{of['vendor']}/products/{of['product']}/versions/{of['version_id']}/clouds"
    assert visiting_as(doing.registry, who).post(path, digest=digest).status_code == 303
    doing.ask(who, of={**of, "digest": digest})
    return f"account:{who}", "cloud.unlinked", f"cloud:{digest}"


def _linkable(doing: Doing) -> tuple[str, dict[str, Any], str]:
    """Who holds a cloud and administers a vendor, a version of theirs, and the cloud."""
    who, of = doing.version()
    with doing.registry.session() as session, session.begin():
        signer = CryptoSigner.generate_ed25519()
        owner, now = services.find_account(session, who), doing.registry.clock()
        services.add_key(session, owner, signer.public_key, now=now)
    secret = token(doing.registry, who)
    doing.registry.members[who] = Member(who, signer, secret, secret[:12])
    return who, of, cloud_of(doing.registry, who)


EVIDENCE = "/api/v1/results/<hex(length=32):result_id>/evidence/<hex(length=64):sha256>"


@deed(f"PUT {EVIDENCE}", f"DELETE {EVIDENCE}")
def change_evidence(doing: Doing) -> Told:
    robot = doing.robot()
    made = doing.registry.submit(samples.result(run_id=robot.name), member=robot).get_json()["id"]
    address = f"/api/v1/results/{made}/evidence/{hashlib.sha256(b'seen').hexdigest()}"
    given = {"Authorization": f"Bearer {robot.token}"}
    doing.mark()
    answer = doing.registry.client.put(address, data=b"seen", headers=given)
    if doing.way.startswith("DELETE"):
        doing.mark()
        answer = doing.registry.client.delete(address, headers=given)
    assert answer.status_code < 400, answer.text
    word = "taken_back" if doing.way.startswith("DELETE") else "attached"
    return f"account:{robot.name}", f"evidence.{word}", f"result:{made}"
