"""A registry where something is done, by a route or by a command, and what its log tells of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from refcheck_server.accounts.rights import Role
from refcheck_server.audit.models import AuditEvent
from refcheck_server.command import registry as command
from sqlalchemy import func, select

from tests.server.conftest import Member, Registry
from tests.server.products.test_products import add_product
from tests.server.vendors.test_vendors import accept, invite, register, token
from tests.server.visitor import visiting_as, with_password


@dataclass
class Doing:
    """A registry where something is done in one way: by a route or a command."""

    registry: Registry
    folder: Path
    way: str = ""
    numbers: Iterator[int] = field(default_factory=count)
    before: int = 0

    def person(self, role: Role = Role.SUBMITTER) -> str:
        return with_password(self.registry, f"person-{next(self.numbers)}", role)

    def robot(self) -> Member:
        return self.registry.join(f"robot-{next(self.numbers)}")

    def vendor(self) -> tuple[str, str]:
        """Who administers a new vendor, and its slug."""
        owner = self.person()
        return owner, register(visiting_as(self.registry, owner), f"Vendor {owner}")

    def member(self) -> tuple[str, str, str]:
        """A new vendor's administrator, its slug, and a member of it."""
        owner, slug = self.vendor()
        who = self.robot().name
        link = invite(visiting_as(self.registry, owner), slug)
        assert accept(visiting_as(self.registry, who), link).status_code == 303
        return owner, slug, who

    def version(self) -> tuple[str, dict[str, Any]]:
        """Who administers a vendor, and what an address of a version of theirs has."""
        owner, slug = self.vendor()
        product, version = add_product(visiting_as(self.registry, owner), slug)
        return owner, {"vendor": slug, "product": product.split("/")[-1], "version_id": version}

    def ask(self, who: str, /, *, of: dict[str, Any] | None = None, **fields: Any) -> None:
        """Send what the way is for, as a browser does or as a program."""
        method, rule = self.way.split()
        path = re.sub(r"<[^>]*?(\w+)>", lambda part: str((of or {})[part[1]]), rule)
        if path.startswith("/api/"):
            given = {"Authorization": f"Bearer {token(self.registry, who)}"}
            client = self.registry.client
            self.mark()
            answer = client.open(path, method=method, json=fields, headers=given)
        else:
            visitor = visiting_as(self.registry, who, strong=True)
            self.mark()
            answer = visitor.post(path, **fields)
        assert answer.status_code < 400, answer.text

    def run(self, *arguments: str, way: str = "", **more: Any) -> None:
        """Run the command that the way is, or another one that goes before."""
        given = [*(way or self.way).split(), *arguments]
        self.mark()
        where = ["--database", self.registry.settings.database_url]
        ended = CliRunner().invoke(command, [*given, *where], **more)
        assert ended.exit_code == 0, (ended.output, ended.exception)

    def mark(self) -> None:
        with self.registry.session() as session:
            self.before = session.scalar(select(func.count()).select_from(AuditEvent))

    def events(self) -> list[AuditEvent]:
        """What the log tells of the last thing that was done."""
        with self.registry.session() as session:
            return list(session.scalars(select(AuditEvent).where(AuditEvent.number >= self.before)))
