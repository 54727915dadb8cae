"""What is done to applications, in each way; see `deeds.py`."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from refcheck_server.accounts.rights import Role

from tests.server.accounts.deeds import VERSION, Told, deed
from tests.server.accounts.doing import Doing
from tests.server.review.stage import Stage, stage
from tests.server.vendors.test_vendors import token

APPLICATION = "/applications/<number:application_id>"
_WAIVERS = f"{APPLICATION}/waivers"


def _stage(doing: Doing) -> Stage:
    return stage(doing.registry, f"maker-{next(doing.numbers)}")


def _in(doing: Doing, state: str) -> tuple[Stage, int, str]:
    made = _stage(doing)
    number = made.brought_to(state)
    return made, number, str(made.told(number)["revision"])


def _ask(doing: Doing, who: str, number: int, **sent: Any) -> None:
    of = {key: sent.pop(key) for key in ("move", "waiver_id") if key in sent}
    doing.ask(who, of={"application_id": number, **of}, **sent)


@deed(f"POST {VERSION}/applications", f"POST /api/v1{VERSION}/applications")
def begin(doing: Doing) -> Told:
    made = _stage(doing)
    _, _, vendor, _, product = made.product.split("/")
    of = {"vendor": vendor, "product": product, "version_id": made.version}
    doing.ask(made.owner, of=of, result=made.result, target="platform")
    number = doing.events()[-1].subject
    return f"account:{made.owner}", "application.begun", number


@deed(f"POST {APPLICATION}/edit", f"PUT /api/v1{APPLICATION}")
def edit(doing: Doing) -> Told:
    made, number, revision = _in(doing, "draft")
    sent = {"result": made.result, "target": "compute", "revision": revision}
    _ask(doing, made.owner, number, **sent)
    return f"account:{made.owner}", "application.changed", f"application:{number}"


_FILE = f"{APPLICATION}/evidence/<hex(length=64):sha256>"


@deed(
    f"PUT /api/v1{_FILE}",
    f"POST {APPLICATION}/evidence",
    f"DELETE /api/v1{_FILE}",
    f"POST {_FILE}/remove",
)
def change_evidence(doing: Doing) -> Told:
    made = _stage(doing)
    number, content = made.draft(code=""), made.code.encode()
    of = {"application_id": number, "sha256": hashlib.sha256(content).hexdigest()}
    removes = doing.way.startswith("DELETE") or doing.way.endswith("remove")
    if removes:
        assert made.attach(number, content).status_code == 201
        doing.ask(made.owner, of=of)
    elif doing.way.startswith("PUT"):
        secret = token(doing.registry, made.owner)
        doing.mark()
        headers = {"Authorization": f"Bearer {secret}"}
        address = f"/api/v1/applications/{number}/evidence/{of['sha256']}?name=code.json"
        answer = doing.registry.client.put(address, data=content, headers=headers)
        assert answer.status_code == 201, answer.text
    else:
        doing.ask(made.owner, of=of, file=(BytesIO(content), "code.json"))
    word = "taken_back" if removes else "attached"
    return f"account:{made.owner}", f"evidence.{word}", f"application:{number}"


@deed(f"POST {APPLICATION}/agreement", f"POST /api/v1{APPLICATION}/agreement")
def agree(doing: Doing) -> Told:
    made, number, revision = _in(doing, "draft")
    sha256 = doing.registry.client.get("/api/v1/agreement").get_json()["sha256"]
    _ask(doing, made.owner, number, agreement=sha256, revision=revision)
    return f"account:{made.owner}", "application.agreed", f"application:{number}"


@deed(f"POST {_WAIVERS}", f"POST /api/v1{_WAIVERS}")
def ask_waiver(doing: Doing) -> Told:
    made, number, _ = _in(doing, "draft")
    _ask(doing, made.owner, number, test="some-test", wish="write to me@example.org")
    return f"account:{made.owner}", "waiver.asked", f"application:{number}"


@deed(
    f"POST {_WAIVERS}/<number:waiver_id>/decision",
    f"POST /api/v1{_WAIVERS}/<number:waiver_id>/decision",
)
def decide_waiver(doing: Doing) -> Told:
    made, number, _ = _in(doing, "draft")
    path = f"/applications/{number}/waivers"
    assert made.ask(made.owner, "POST", path, test="t", wish="w").status_code == 200
    for what in ("agree", "submit", "take-up"):
        made.done(number, what)
    told = made.told(number)
    sent = {"decision": "granted", "reason": "r", "public": "p", "expires": "2027-01-01"}
    revision = str(told["revision"])
    waiver = told["waivers"][0]["id"]
    _ask(doing, made.reviewer, number, waiver_id=waiver, revision=revision, **sent)
    return f"account:{made.reviewer}", "waiver.granted", f"application:{number}"


@deed(f"POST {APPLICATION}/comments", f"POST /api/v1{APPLICATION}/comments")
def comment(doing: Doing) -> Told:
    made, number, _ = _in(doing, "submitted")
    _ask(doing, made.reviewer, number, text="write to me@example.org", internal="yes")
    return f"account:{made.reviewer}", "application.commented", f"application:{number}"


@deed(f"POST {APPLICATION}/moves/<word:move>", f"POST /api/v1{APPLICATION}/moves/<word:move>")
def move(doing: Doing) -> Told:
    made, number, revision = _in(doing, "in review")
    reason = "write to me@example.org"
    _ask(doing, made.reviewer, number, move="reject", revision=revision, reason=reason)
    return f"account:{made.reviewer}", "application.rejected", f"application:{number}"


@deed(f"POST {APPLICATION}/endorsement", f"POST /api/v1{APPLICATION}/endorsement")
def endorse(doing: Doing) -> Told:
    _, number, revision = _in(doing, "in review")
    second = doing.person(Role.REVIEWER)
    _ask(doing, second, number, revision=revision)
    return f"account:{second}", "application.endorsed", f"application:{number}"


@deed(f"POST {APPLICATION}/reviewer", f"PUT /api/v1{APPLICATION}/reviewer")
def assign(doing: Doing) -> Told:
    made, number, revision = _in(doing, "submitted")
    _ask(doing, "root", number, reviewer=made.reviewer, revision=revision)
    return "account:root", "application.assigned", f"application:{number}"


@deed(f"POST {APPLICATION}/renewal", f"POST /api/v1{APPLICATION}/renewal")
def renew(doing: Doing) -> Told:
    made, number, _ = _in(doing, "approved")
    _ask(doing, made.owner, number)
    return f"account:{made.owner}", "application.begun", doing.events()[-1].subject
