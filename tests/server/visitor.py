"""Someone with a browser: keeps cookies, and sends forms as a page of the registry has them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from refcheck_server.accounts import services, signing_in
from refcheck_server.accounts.rights import Role
from werkzeug.test import TestResponse

from tests.server.conftest import Registry

PASSWORD = "correct horse battery staple"
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


@dataclass
class Visitor:
    """One browser at one registry."""

    registry: Registry
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.registry.client.application.test_client()

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def form_token(self) -> str:
        page = self.get("/sign-in", follow_redirects=True).text
        return _TOKEN.search(page)[1]

    def post(self, path: str, /, **fields: Any) -> TestResponse:
        return self.client.post(path, data={"form_token": self.form_token(), **fields})

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> TestResponse:
        return self.post("/sign-in", name=name, password=password, **more)


def with_password(registry: Registry, name: str, role: Role = Role.SUBMITTER) -> str:
    """A new account that signs in with `PASSWORD`; its name."""
    with registry.session() as session, session.begin():
        made = services.add_account(session, name, now=registry.clock(), role=role)
        signing_in.set_password(session, made, PASSWORD)
    return name


def signed_in(registry: Registry, name: str, role: Role = Role.SUBMITTER) -> Visitor:
    """A browser that is signed in with a new account."""
    visitor = Visitor(registry)
    answer = visitor.sign_in(with_password(registry, name, role))
    assert answer.status_code == 303, answer.text
    return visitor
