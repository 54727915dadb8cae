"""A vendor with a product that a cloud runs, reviewers, and applications in any state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from refcheck_server.accounts.rights import Role
from werkzeug.test import TestResponse

from refcheck.guideline.library import load
from refcheck.guideline.model import Test
from refcheck.guideline.sections import required_sections
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.scope import program_of, scope_of
from tests.server import samples
from tests.server.conftest import Registry
from tests.server.products.test_products import add_product, approved_vendor, link, member_of
from tests.server.vendors.test_vendors import token
from tests.server.visitor import Visitor, visiting_as, with_password

WAYS = {
    "submitted": ["agree", "submit"],
    "in review": ["agree", "submit", "take-up"],
    "changes asked": ["agree", "submit", "take-up", "ask-for-changes"],
    "approved": ["agree", "submit", "take-up", "approve"],
    "published": ["agree", "submit", "take-up", "approve", "publish"],
    "rejected": ["agree", "submit", "take-up", "reject"],
    "appealed": ["agree", "submit", "take-up", "reject", "appeal"],
    "revoked": ["agree", "submit", "take-up", "approve", "publish", "revoke"],
    "withdrawn": ["withdraw"],
    "draft": [],
}
"""How an application comes to a state."""
BY = {
    "agree": "owner",
    "submit": "owner",
    "withdraw": "owner",
    "appeal": "owner",
    "publish": "owner",
}
"""Who makes a move; the reviewer makes the others."""


def code(target: str = "platform", guideline: str = samples.GUIDELINE) -> str:
    """Evidence that satisfies every required section."""
    found = load(guideline)
    scope = scope_of(found, program_of(found, target), load)
    sections = {
        (section.project, section.name)
        for placed in scope.components
        for section in required_sections(placed.home, placed.component)
    }
    said = [
        {"project": project, "section": section, "state": "identical"}
        for project, section in sorted(sections)
    ]
    return json.dumps({"code": said})


def one_failed(test: Test) -> TestOutcome:
    """All pass but one."""
    passed = samples.passed(test)
    if test.name.endswith("test_list_servers_filter_by_server_name"):
        return replace(passed, outcome=Outcome.FAILED, reason="GET /servers answered 500")
    return passed


@dataclass
class Stage:
    """A vendor's product and its cloud, at a registry.

    Attributes:
        owner, reviewer: names of accounts; the owner administers the vendor.
    """

    registry: Registry
    owner: str
    reviewer: str
    product: str
    version: int
    result: str
    code: str = field(default_factory=code)

    @property
    def vendor(self) -> str:
        return self.product.split("/")[2]

    def ask(self, who: str, method: str, path: str, **sent: Any) -> TestResponse:
        """Send JSON as a program of that account."""
        headers = {"Authorization": f"Bearer {token(self.registry, who)}"}
        client = self.registry.client
        return client.open(f"/api/v1{path}", method=method, json=sent, headers=headers)

    def told(self, number: int, who: str | None = None) -> dict[str, Any]:
        return self.ask(who or self.owner, "GET", f"/applications/{number}").get_json()

    def draft(self, code: str | None = None, **changes: Any) -> int:
        """The number of a new draft, with evidence about its code unless that is empty."""
        sent = {"result": self.result, "target": "platform", **changes}
        path = f"{self.product}/versions/{self.version}/applications"
        answer = self.ask(self.owner, "POST", path, **sent)
        assert answer.status_code == 201, answer.text
        number = answer.get_json()["id"]
        if content := self.code if code is None else code:
            answer = self.attach(number, content.encode())
            assert answer.status_code == 201, answer.text
        return number

    def attach(
        self,
        number: int,
        content: bytes,
        name: str = "code.json",
        who: str | None = None,
        sha256: str = "",
    ) -> TestResponse:
        """Send a file of evidence as a program does."""
        sha256 = sha256 or hashlib.sha256(content).hexdigest()
        address = f"/api/v1/applications/{number}/evidence/{sha256}?name={name}"
        headers = {"Authorization": f"Bearer {token(self.registry, who or self.owner)}"}
        return self.registry.client.put(address, data=content, headers=headers)

    def act(self, number: int, what: str, who: str | None = None, **sent: Any) -> TestResponse:
        """Do something to an application that needs its revision."""
        who = who or {"owner": self.owner}.get(BY.get(what, ""), self.reviewer)
        revision = sent.pop("revision", None) or self.told(number, who).get("revision", 1)
        if what == "agree":
            agreement = self.registry.client.get("/api/v1/agreement").get_json()["sha256"]
            path, sent = "agreement", {"agreement": agreement, **sent}
            who = self.owner
        elif what in {"endorsement", "agreement"} or what.startswith("waivers"):
            path = what
        else:
            path, sent = f"moves/{what}", {"reason": "because", **sent}
        return self.ask(who, "POST", f"/applications/{number}/{path}", revision=revision, **sent)

    def done(self, number: int, what: str, **sent: Any) -> dict[str, Any]:
        """The same, and it must go well."""
        answer = self.act(number, what, **sent)
        assert answer.status_code == 200, (what, answer.text)
        return answer.get_json()

    def brought_to(self, state: str, **changes: Any) -> int:
        """The number of a new application in this state."""
        number = self.draft(**changes)
        for what in WAYS[state]:
            who = self.owner if what in {"agree", "withdraw"} else None
            self.done(number, what, who=who)
        assert self.told(number)["state"] == state
        return number

    def visitor(self, who: str) -> Visitor:
        return visiting_as(self.registry, who, strong=True)


def stage(
    registry: Registry,
    name: str,
    outcome: Callable[[Test], TestOutcome] = samples.passed,
    reviewer: str | None = None,
) -> Stage:
    """A new vendor with a product whose version a cloud runs, and a reviewer."""
    owner, slug = approved_vendor(registry, name)
    product, version = add_product(owner, slug)
    robot = f"{name}-robot"
    member_of(registry, owner, slug, robot)
    result = send(registry, robot, outcome)
    digest = registry.client.get(f"/api/v1/results/{result}").get_json()["cloud"]["digest"]
    assert link(registry, robot, product, version, digest).status_code == 200
    if reviewer is None:
        reviewer = with_password(registry, f"{name}-reviewer", Role.REVIEWER)
    return Stage(registry, name, reviewer, product, version, result)


def send(
    registry: Registry,
    robot: str,
    outcome: Callable[[Test], TestOutcome] = samples.passed,
    **changes: Any,
) -> str:
    """The id of a new result of a cloud of the account's own."""
    given = {
        "cloud": samples.digest_of(robot),
        "run_id": f"of {robot}",
        "ended": "2026-11-20T11:30:00Z",
    }
    made = samples.result(outcome, **{**given, **changes})
    answer = registry.submit(made, member=registry.members[robot])
    assert answer.status_code == 201, answer.text
    return answer.get_json()["id"]
