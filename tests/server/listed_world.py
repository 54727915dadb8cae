"""A registry in which every list has rows."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import url_for
from refcheck_server.accounts.models import Account, Membership
from refcheck_server.accounts.rights import Role
from refcheck_server.audit.checkpoints import sign_checkpoint
from refcheck_server.jobs.models import Job
from refcheck_server.lists import Listing
from refcheck_server.notices.models import Delivery, Notice, Webhook
from refcheck_server.products.models import Product, ProductVersion
from refcheck_server.results import services as results
from refcheck_server.review.models import Application
from refcheck_server.vendors.models import Vendor
from securesystemslib.signer import CryptoSigner
from sqlalchemy import select

from tests.server import samples
from tests.server.conftest import Registry
from tests.server.expected_lists import EXPECTED, Expected, Row, is_
from tests.server.listed_things import add_application, add_what_speaks_for
from tests.server.visitor import Visitor, visiting_as, with_password


def listings() -> dict[str, Listing]:
    """Every list that is declared anywhere, by its page, and by its name if it is not the first."""
    modules = [one for name, one in sys.modules.items() if name.startswith("refcheck_server.")]
    found = [one for module in modules for one in vars(module).values()]
    found += [one for many in found if isinstance(many, Mapping) for one in many.values()]
    lists = [one for one in found if isinstance(one, Listing)]
    return {"#".join([one.page, *one.called.values()]): one for one in lists}


@dataclass
class World:
    """A registry in which every list has some rows."""

    registry: Registry
    expected: dict[str, Expected]
    visitors: dict[str, Visitor]

    def get(self, page: str, way: str, /, **asked: Any) -> Any:
        """One of the forms of a list."""
        one = self.expected[page]
        with self.registry.client.application.test_request_context():
            listing = listings()[page]
            called = listing.called if way == "page" else {}
            address = url_for(getattr(listing, way), **{**one.here, **called, **asked})
        return self.visitors[one.viewer].get(address)

    def rows(self, page: str, **asked: Any) -> list[Row]:
        answer = self.get(page, "json", **asked)
        assert answer.status_code == 200, answer.text
        return answer.get_json()[listings()[page].name]


def world_of(registry: Registry) -> World:
    """Fill a registry."""
    for name in ("root", "robot", "looker", "holder"):
        role = {"root": Role.ADMINISTRATOR, "looker": Role.AUDITOR}.get(name, Role.SUBMITTER)
        registry.clock.forward(hours=1)
        with_password(registry, name, role)
    clouds = {samples.CLOUD: "Alpha", "b" * 64: "alps", "c" * 64: "Beta"}
    sent = [
        ("1", samples.CLOUD, {"ended": "2026-11-20T11:20:00Z"}),
        ("2", samples.CLOUD, {"target": "compute"}),
        ("3", samples.CLOUD, {"ended": "2026-11-20T11:21:00Z"}),
        ("4", "c" * 64, {}),
        (
            "5",
            "b" * 64,
            {"guideline": "dns.2020.06", "target": "dns", "ended": "2026-11-20T11:22:00Z"},
        ),
        ("6", "b" * 64, {"guideline": "2018.11", "outcome": samples.mixed}),
    ]
    for run_id, cloud, changes in sent:
        registry.clock.forward(minutes=1)
        made = replace(
            samples.result(
                changes.pop("outcome", samples.passed),
                guideline=changes.pop("guideline", samples.GUIDELINE),
            ),
            run_id=run_id, cloud=cloud, **changes,
        )  # fmt: skip
        answer = registry.submit(made)
        assert answer.status_code == 201, answer.text
    result_id = answer.get_json()["id"]
    for name, size in (("b.log", 3), ("a.log", 1), ("c.json", 2)):
        registry.clock.forward(minutes=1)
        data = name[:1].encode() * size
        path = f"/api/v1/results/{result_id}/evidence/{hashlib.sha256(data).hexdigest()}"
        headers = {"Authorization": f"Bearer {registry.example.token}"}
        answer = registry.client.put(f"{path}?name={name}", data=data, headers=headers)
        assert answer.status_code == 201, answer.text
    with registry.session() as session, session.begin():
        for digest, label in clouds.items():
            results.label_cloud(session, digest, label)
        add_rows(session, registry, result_id)
    number = add_application(registry)
    with registry.session() as session, session.begin():
        add_what_speaks_for(session, "holder", now=registry.clock())
    root = None
    for _ in range(3):
        registry.join(f"later-{_}")
        with registry.session() as session, session.begin():
            root = sign_checkpoint(
                session, CryptoSigner.generate_ed25519(), now=registry.clock()
            ).root
    visitors = {
        "anyone": Visitor(registry),
        "root": visiting_as(registry, "root", strong=True),
        "example": visiting_as(registry, "example"),
        "holder": visiting_as(registry, "holder"),
    }
    here = {
        "pages.result": {"result_id": result_id},
        "applications.application": {"application_id": number},
    }
    checkpoints = EXPECTED["audit.checkpoints"]
    expected = {
        page: replace(one, here=here.get(page.partition("#")[0], one.here))
        for page, one in EXPECTED.items()
    } | {
        "audit.checkpoints": replace(
            checkpoints, filters={"root": (root.upper(), is_("root", root))}
        )
    }
    return World(registry, expected, visitors)


def add_rows(session: Any, registry: Registry, result_id: str) -> None:
    """What takes long to bring about in another way."""
    ids = {one.name: one.id for one in session.scalars(select(Account))}
    now = registry.clock()
    for days, (slug, state) in enumerate(
        {"beta": "approved", "gamma": "pending", "alpha": "approved"}.items()
    ):
        vendor = Vendor(
            slug=slug, name=slug.capitalize(), website="", contact="", description="", state=state,
            registered_at=now + timedelta(days=days),
        )  # fmt: skip
        for number, kind in enumerate(("component", "public cloud")):
            product = Product(
                vendor=vendor, slug=f"{slug}-{number}", name=f"{kind} {slug}", kind=kind,
                website="", description="", added_at=now,
            )  # fmt: skip
            session.add(ProductVersion(product=product, name="1", added_at=now))
        session.flush()
    versions = session.scalars(select(ProductVersion)).all()
    for days, (name, role) in enumerate(
        {
            "robot": Role.SUBMITTER,
            "example": Role.VENDOR_ADMINISTRATOR,
            "looker": Role.SUBMITTER,
        }.items()
    ):
        since = now + timedelta(days=days)
        session.add(Membership(vendor_id=vendor.id, account_id=ids[name], role=role, since=since))
    for number, (version, state) in enumerate(  # the first one is overdue
        zip(versions, ["submitted", "expired", "submitted", "in review"], strict=False)
    ):
        session.add(
            Application(
                version_id=version.id, target="platform", result_id=result_id, note="",
                author_id=ids["example"], state=state, begun_at=now,
                since=now - timedelta(days=number), submitted_at=now, verdict=b"",
                due_at=None if number else now,
                verdict_sha256="0" * 64, title="Platform", qualifies=True, judged_at=now,
            )
        )  # fmt: skip
    last = versions[-1]
    session.add(
        Application(
            version_id=last.id, target="platform", result_id=result_id, note="",
            author_id=ids["example"], state="submitted", begun_at=now,
            since=now - timedelta(days=9), submitted_at=now, verdict=b"",
            verdict_sha256="0" * 64, title="Platform", qualifies=True, judged_at=now,
        )
    )  # fmt: skip
    for number, topic in enumerate(("review", "security", "review"), start=100):
        session.add(
            Notice(
                number=number, vendor_id=vendor.id, action="vendor.approved", topic=topic, at=now,
                title="News", text="", path=f"/notice/{number}", facts="{}",
            )
        )  # fmt: skip
    hook = Webhook(
        vendor_id=vendor.id, url="https://example.org", topics="review", secret="x", made_at=now
    )  # fmt: skip
    session.add(hook)
    session.flush()
    for number, url in enumerate(("https://test.example.org", "https://a.example.org"), start=1):
        session.add(
            Webhook(
                vendor_id=vendor.id, url=url, topics="review security"[: 6 + 9 * (number - 1)],
                secret="x", made_at=now + timedelta(days=number),
            )
        )  # fmt: skip
    for number, state in enumerate(("failed", "delivered", "failed")):
        made = now + timedelta(minutes=number)
        session.add(
            Delivery(
                webhook_id=hook.id, message=f"msg_{number}", action="test", payload="{}",
                made_at=made, state=state, attempts=number,
            )
        )  # fmt: skip
    for number, about in enumerate(("seven", "two", "three")):
        due = now + timedelta(minutes=number % 2)
        dead = now if number == 0 else None
        session.add(
            Job(
                task="note", arguments=f'{{"about": "{about}"}}', made_at=now, due_at=due,
                attempts=3 - number, dead_at=dead,
            )
        )  # fmt: skip
