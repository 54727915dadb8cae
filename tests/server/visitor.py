"""Someone with a browser: keeps cookies, and sends forms as a page of the registry has them."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from refcheck_server.accounts import passwords, services, sessions
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
        """As the form for signing in has it; each form of a browser has the same."""
        if held := self.client.get_cookie("refcheck"):
            return hmac.new(held.value.encode(), b"form", hashlib.sha256).hexdigest()
        return _TOKEN.search(self.get("/sign-in").text)[1]

    def post(self, path: str, /, **fields: Any) -> TestResponse:
        return self.client.post(path, data={"form_token": self.form_token(), **fields})

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> TestResponse:
        return self.post("/sign-in", name=name, password=password, **more)


@cache
def digest() -> str:
    """What is kept of `PASSWORD`; worked out once, for it takes long."""
    return passwords.digest(PASSWORD, name="nobody's")


def with_password(registry: Registry, name: str, role: Role = Role.SUBMITTER) -> str:
    """A new account that signs in with `PASSWORD`; its name."""
    with registry.session() as session, session.begin():
        made = services.add_account(session, name, now=registry.clock(), role=role)
        made.password_hash = digest()
    return name


def signed_in(registry: Registry, name: str, role: Role = Role.SUBMITTER) -> Visitor:
    """A browser that is signed in with a new account that has a password."""
    return visiting_as(registry, with_password(registry, name, role))


def visiting_as(registry: Registry, name: str, *, strong: bool = False) -> Visitor:
    """A browser in which somebody signed in a moment ago; what that costs is not paid again."""
    visitor, secret = Visitor(registry), secrets.token_urlsafe(32)
    with registry.session() as session, session.begin():
        account = services.find_account(session, name)
        now = registry.clock()
        sessions.begin(session, account, secret, strong=strong, device="test", now=now)
    visitor.client.set_cookie("refcheck", secret)
    return visitor
