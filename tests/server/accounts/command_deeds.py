"""What an operator does by command; see `deeds.py`."""

from __future__ import annotations

from refcheck_server.accounts import queries, services
from refcheck_server.audit.log import operator

from refcheck.result.signing import new_key, read_public_key
from tests.server.accounts.deeds import Told, deed
from tests.server.accounts.doing import Doing
from tests.server.products.test_products import cloud_of
from tests.server.visitor import visiting_as


@deed("account add")
def add_account(doing: Doing) -> Told:
    name = f"added-{next(doing.numbers)}"
    doing.run(name)
    return operator(), "account.added", f"account:{name}"


@deed(*(f"account {verb}" for verb in ("role", "password", "sign-out", "disable", "enable")))
def change_account(doing: Doing) -> Told:
    who, verb = doing.person(), doing.way.split()[1]
    visiting_as(doing.registry, who)
    if verb == "enable":
        doing.run(who, way="account disable")
    given = {"role": ["auditor"], "password": ["--stdin"]}.get(verb, [])
    doing.run(who, *given, input="another correct horse battery\n")
    told = {
        "role": "role.given",
        "password": "password.set",
        "sign-out": "sessions.ended",
        "disable": "account.disabled",
        "enable": "account.enabled",
    }
    return operator(), told[verb], f"account:{who}"


@deed("token new")
def new_token(doing: Doing) -> Told:
    who = doing.person()
    doing.run(who, "--scope", "keys")
    with doing.registry.session() as session:
        [made] = queries.tokens_of(session, services.find_account(session, who).id)
    return operator(), "token.made", f"token:{made.prefix}"


@deed("token revoke")
def stop_token(doing: Doing) -> Told:
    prefix = doing.robot().prefix
    doing.run(prefix)
    return operator(), "token.revoked", f"token:{prefix}"


@deed("key add")
def add_key(doing: Doing) -> Told:
    who = doing.person()
    file = doing.folder / f"{who}.pem"
    keyid = read_public_key(new_key(file)).keyid
    doing.run(who, f"{file}.pub")
    return operator(), "key.added", f"key:{keyid}"


@deed("key revoke")
def stop_key(doing: Doing) -> Told:
    keyid = doing.robot().signer.public_key.keyid
    doing.run(keyid)
    return operator(), "key.revoked", f"key:{keyid}"


@deed("cloud label", "cloud hold")
def change_cloud(doing: Doing) -> Told:
    digest, other = cloud_of(doing.registry, f"robot-{next(doing.numbers)}"), doing.person()
    doing.run(digest, other)
    action = "cloud.labelled" if doing.way == "cloud label" else "cloud.given"
    return operator(), action, f"cloud:{digest}"


@deed("vendor approve", "vendor decline")
def decide_by_command(doing: Doing) -> Told:
    _, slug = doing.vendor()
    declines = doing.way == "vendor decline"
    doing.run(slug, *(["--reason", "write to me@example.org"] if declines else []))
    return operator(), f"vendor.{'declined' if declines else 'approved'}", f"vendor:{slug}"


@deed("publish")
def publish(doing: Doing) -> Told:
    digest = cloud_of(doing.registry, f"robot-{next(doing.numbers)}")
    doing.run(str(doing.folder / "market"))
    return operator(), "claim.issued", f"cloud:{digest}"


@deed("claim revoke")
def revoke_claim(doing: Doing) -> Told:
    digest = cloud_of(doing.registry, f"robot-{next(doing.numbers)}")
    doing.run(str(doing.folder / "market"), way="publish")
    doing.run(digest, "--reason", "not so")
    return operator(), "claim.revoked", f"cloud:{digest}"
