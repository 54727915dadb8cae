"""The table of rights, and the running server against it: each row with every role."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import click
import pytest
import requests
from refcheck_server.accounts import services, sessions
from refcheck_server.accounts.guarding import action_of
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import RIGHTS, Action, Principal, Reach, Role, Scope, may
from refcheck_server.app import create_app
from refcheck_server.command import registry as command
from refcheck_server.database import Database
from refcheck_server.settings import from_environment

from tests.server import live
from tests.server.accounts.conftest import RATES

REFUSALS = (" may not ", "You are not signed in", "no token was given")
EXAMPLES = {
    "digest": "0" * 64,
    "result_id": "0" * 32,
    "target": "platform",
    "session_id": 999_999,
    "identity_id": 999_999,
    "prefix": "rck_00000000",
    "keyid": "0" * 64,
    "filename": "registry.css",
}
"""A value for each variable part of an address."""
ENVIRON = {**RATES, "REFCHECK_REGISTRY_METRICS_TOKEN": "a-token-of-enough-letters"}


@dataclass(frozen=True)
class Route:
    """A way to ask for an action."""

    method: str
    path: str

    @property
    def takes_tokens(self) -> bool:
        return self.path.startswith("/api/") and self.method != "GET"


@dataclass
class Running:
    """The server, and a way to be someone there."""

    url: str
    database: Database
    accounts: dict[Role, int]

    def session_of(self, role: Role) -> str:
        """The secret of a new session; every request has its own, for some requests end it."""
        secret = secrets.token_urlsafe(32)
        with self.database.session() as session, session.begin():
            account = session.get(Account, self.accounts[role])
            now = datetime.now(UTC)
            sessions.begin(session, account, secret, strong=True, device="", now=now)
        return secret

    def token_of(self, role: Role, scopes: frozenset[Scope]) -> str:
        with self.database.session() as session, session.begin():
            account = session.get(Account, self.accounts[role])
            now = datetime.now(UTC)
            return services.new_token(session, account, now=now, scopes=scopes).secret

    def ask(self, role: Role, route: Route) -> requests.Response:
        """As a browser, or as a program where only programs are heard."""
        if role is Role.ANYONE:
            return self._send(route, secrets.token_urlsafe(32), None)
        if route.takes_tokens:
            return self._send(route, None, self.token_of(role, frozenset(Scope)))
        return self._send(route, self.session_of(role), None)

    def _send(self, route: Route, cookie: str | None, token: str | None) -> requests.Response:
        fields = {}
        if cookie is not None:
            fields["form_token"] = hmac.new(cookie.encode(), b"form", hashlib.sha256).hexdigest()
        return requests.request(
            route.method,
            self.url + route.path,
            data=fields if route.method != "GET" else None,
            cookies={} if cookie is None else {"refcheck": cookie},
            headers={} if token is None else {"Authorization": f"Bearer {token}"},
            allow_redirects=False,
            timeout=30,
        )


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("rights")
    with live.serving("--data", str(folder), **ENVIRON) as serving:
        database = Database(f"sqlite:///{folder / 'registry.db'}")
        accounts = {}
        with database.session() as session, session.begin():
            for role in Role:
                own = Role.SUBMITTER if role is Role.VENDOR_ADMINISTRATOR else role
                name = role.replace(" ", "-")
                if role is not Role.ANYONE:
                    added = services.add_account(session, name, now=datetime.now(UTC), role=own)
                    accounts[role] = added.id
        yield Running(serving.url, database, accounts)
        database.engine.dispose()


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = from_environment(ENVIRON, data=tmp_path_factory.mktemp("app"))
    return create_app(settings)


def routes(app, action: Action) -> list[Route]:
    with app.test_request_context():
        return [
            Route(method, address)
            for rule in app.url_map.iter_rules()
            if action_of(app, rule.endpoint) is action
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
            for _, address in [rule.build({name: EXAMPLES[name] for name in rule.arguments})]
        ]


def commands(group: click.Group) -> Iterator[click.Command]:
    for one in group.commands.values():
        yield from commands(one) if isinstance(one, click.Group) else [one]


def was_refused(answer: requests.Response) -> bool:
    to_the_form = answer.headers.get("Location", "").startswith("/sign-in")
    return to_the_form or (
        answer.status_code in {401, 403} and any(sign in answer.text for sign in REFUSALS)
    )


def test_every_route_names_its_action(app):
    forgot = [rule.rule for rule in app.url_map.iter_rules() if not action_of(app, rule.endpoint)]
    assert forgot == []


def test_every_command_names_its_action():
    forgot = [one.name for one in commands(command) if not hasattr(one.callback, "action")]
    assert forgot == []


def test_every_action_can_be_asked_for(app):
    named = {action_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    named |= {one.callback.action for one in commands(command)}
    assert set(Action) == named == set(RIGHTS)


@pytest.mark.parametrize("action", Action, ids=lambda action: action.name.lower())
def test_the_server_does_what_the_row_says_for_each_role(running, app, action):
    wrong = []
    for route in routes(app, action):
        for role in Role:
            answer = running.ask(role, route)
            expected = RIGHTS[action].reach[role] is Reach.NO
            if answer.status_code >= 500 or was_refused(answer) is not expected:
                wrong.append((role, route, answer.status_code, answer.text[:300]))
    assert wrong == []


@pytest.mark.parametrize("action", Action, ids=lambda action: action.name.lower())
def test_a_token_without_the_scope_of_the_row_is_refused(running, app, action):
    right = RIGHTS[action]
    if right.reach[Role.ANYONE] is Reach.YES:
        return
    role = next(role for role in Role if right.reach[role] is Reach.YES)
    token = running.token_of(role, frozenset(Scope) - {right.scope})
    machine = [one for one in routes(app, action) if one.path.startswith("/api/")]
    taken = [one for one in machine if not was_refused(running._send(one, None, token))]
    assert taken == []


def test_a_vendor_administrator_may_do_all_that_a_submitter_may():
    for action, right in RIGHTS.items():
        submitter, vendor = right.reach[Role.SUBMITTER], right.reach[Role.VENDOR_ADMINISTRATOR]
        assert submitter is not Reach.YES or vendor is Reach.YES, action
        assert vendor is not Reach.YES or submitter is Reach.YES, action


def test_an_auditor_changes_nothing_but_their_own_account():
    auditor = Principal(1, "auditor", Role.AUDITOR)
    may_do = {action for action in Action if may(auditor, action)}
    changing = {Action.SEND_RESULT, Action.MANAGE_ACCOUNTS, Action.MANAGE_CLOUDS, Action.OPERATE}
    assert not may_do & changing
    assert Action.MANAGE_OWN_ACCOUNT in may_do
