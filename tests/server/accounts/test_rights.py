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
from refcheck_server.accounts.models import Account, Membership
from refcheck_server.accounts.principals import principal
from refcheck_server.accounts.rights import RIGHTS, Action, Principal, Reach, Role, Scope, may
from refcheck_server.app import create_app
from refcheck_server.command import registry as command
from refcheck_server.database import Database
from refcheck_server.products.models import Product
from refcheck_server.settings import from_environment
from refcheck_server.vendors.models import Vendor
from securesystemslib.signer import CryptoSigner

from tests.server import live, samples
from tests.server.accounts.conftest import RATES

REFUSALS = (" may not ", "You are not signed in", "no token was given")
EXAMPLES = {
    "digest": "0" * 64,
    "result_id": "0" * 32,
    "guideline_id": "2020.06",
    "verdict_id": 999_999,
    "target": "platform",
    "session_id": 999_999,
    "identity_id": 999_999,
    "prefix": "rck_00000000",
    "keyid": "0" * 64,
    "filename": "registry.css",
    "vendor": "public",
    "product": "product",
    "version_id": 999_999,
    "member": "nobody",
    "name": "nobody",
    "invitation_id": 999_999,
    "passkey_id": 999_999,
    "number": 999_999,
    "size": 999_999,
    "old": 999_999,
    "new": 999_999,
    "job_id": 999_999,
    "webhook_id": 999_999,
    "sha256": "0" * 64,
    "delivery_id": 999_999,
    "application_id": 999_999,
    "waiver_id": 999_999,
    "move": "submit",
    "table": "tokens",
}
"""A value for each variable part of an address."""
EXAMPLES_OF_REFSTACK = {"result_id": "00000000-0000-0000-0000-000000000000", "name": "shared"}
KEPT = ("/results/{result}", "/results/{result}/tests.csv", "/api/v1/results/{result}")
"""What is not found by those who may not see a private result."""
PRIVATE = [
    ("GET", "/vendors/{vendor}"),
    ("GET", "/api/v1/vendors/{vendor}"),
    ("GET", "/vendors/{vendor}/products/product"),
    ("GET", "/api/v1/vendors/{vendor}/products/product"),
]
"""What everyone may see of a vendor that is public, and only some of one that is not."""
ENVIRON = {**RATES, "REFCHECK_REGISTRY_METRICS_TOKEN": "a-token-of-enough-letters"}


@dataclass(frozen=True)
class Route:
    """A way to ask for an action; `vendor` is whose thing it is asked for, where that matters."""

    method: str
    path: str
    vendor: str | None = None

    @property
    def takes_tokens(self) -> bool:
        return is_for_programs(self.path) and self.method != "GET"


def is_for_programs(path: str) -> bool:
    return path.startswith(("/api/", "/v1/"))


@dataclass
class Running:
    """The server, and a way to be someone there."""

    url: str
    database: Database
    accounts: dict[Role, int]
    own_vendor: int
    private_result: str

    def enter(self, role: Role, scopes: frozenset[Scope] | None = None) -> str:
        """The secret of a new token with these scopes, or of a new session.

        Every request has its own, and belongs to the vendor `own`: some requests end that.
        """
        now = datetime.now(UTC)
        with self.database.session() as session, session.begin():
            account = session.get(Account, self.accounts[role])
            administers = role is Role.VENDOR_ADMINISTRATOR
            place = role if administers else Role.SUBMITTER
            session.merge(
                Membership(vendor_id=self.own_vendor, account_id=account.id, role=place, since=now)
            )
            if scopes is not None:
                return services.new_token(session, account, now=now, scopes=scopes).secret
            secret = secrets.token_urlsafe(32)
            sessions.begin(session, account, secret, strong=True, device="", now=now)
            return secret

    def ask(self, role: Role, route: Route) -> requests.Response:
        """As a browser, or as a program where only programs are heard."""
        if role is Role.ANYONE:
            return self._send(route, secrets.token_urlsafe(32), None)
        if route.takes_tokens:
            return self._send(route, None, self.enter(role, frozenset(Scope)))
        return self._send(route, self.enter(role), None)

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
        accounts, vendors = {}, {}
        with database.session() as session, session.begin():
            for name in ("own", "other", "public"):
                state = "approved" if name == "public" else "pending"
                vendors[name] = Vendor(
                    slug=name, name=name, website="", contact="", description="", state=state,
                    registered_at=datetime.now(UTC),
                )  # fmt: skip
                product = Product(
                    vendor=vendors[name], slug="product", name="product", kind="component",
                    website="", description="", added_at=datetime.now(UTC),
                )  # fmt: skip
                session.add(product)
            for role in Role:
                own = Role.SUBMITTER if role is Role.VENDOR_ADMINISTRATOR else role
                name = role.replace(" ", "-")
                if role is not Role.ANYONE:
                    added = services.add_account(session, name, now=datetime.now(UTC), role=own)
                    accounts[role] = added.id
            session.flush()
            own = vendors["own"].id
        private = send_privately(serving.url, database)
        yield Running(serving.url, database, accounts, own, private)
        database.engine.dispose()


def send_privately(url: str, database: Database) -> str:
    """A result that an account of no role keeps to itself; its id."""
    signer = CryptoSigner.generate_ed25519()
    with database.session() as session, session.begin():
        account = services.add_account(session, "sender", now=datetime.now(UTC))
        services.add_key(session, account, signer.public_key, now=datetime.now(UTC))
        token = services.new_token(session, account, now=datetime.now(UTC)).secret
    answer = requests.post(
        f"{url}/api/v1/results?private=yes",
        data=samples.envelope(samples.result(), signer),
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    return answer.json()["id"]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = from_environment(ENVIRON, data=tmp_path_factory.mktemp("app"))
    return create_app(settings)


def routes(app, action: Action) -> list[Route]:
    """Each way to ask for an action; for a vendor of one's own, and for another one."""
    found = []
    if action is Action.SEE_PRIVATE_VENDOR:
        for method, path in PRIVATE:
            found += [Route(method, path.format(vendor=one), one) for one in ("own", "other")]
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if action_of(app, rule.endpoint) is not action:
                continue
            vendors = ["own", "other"] if "vendor" in rule.arguments else [None]
            for vendor in ["public"] if action is Action.BROWSE else vendors:
                values = {**EXAMPLES, "vendor": vendor}
                if "refstack" in rule.endpoint:
                    values |= EXAMPLES_OF_REFSTACK
                _, address = rule.build({name: values[name] for name in rule.arguments})
                methods = sorted(rule.methods - {"HEAD", "OPTIONS"})
                found += [Route(method, address, vendor) for method in methods]
    return found


def is_refused_by_the_table(action: Action, role: Role, route: Route) -> bool:
    reach = RIGHTS[action].reach[role]
    return reach is Reach.NO or (reach is Reach.OWN and route.vendor == "other")


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


def test_a_route_that_names_none_is_answered_to_nobody(tmp_path):
    app = create_app(from_environment(ENVIRON, data=tmp_path))
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 403
    assert "names no right" in answer.text


def test_every_command_names_its_action():
    forgot = [one.name for one in commands(command) if not hasattr(one.callback, "action")]
    assert forgot == []


def test_every_action_can_be_asked_for(app):
    named = {action_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    named |= {one.callback.action for one in commands(command)}
    named.add(Action.SEE_PRIVATE_RESULT)  # the test below asks for it
    assert set(Action) == named == set(RIGHTS)


@pytest.mark.parametrize("action", Action, ids=lambda action: action.name.lower())
def test_the_server_does_what_the_row_says_for_each_role(running, app, action):
    wrong = []
    for route in routes(app, action):
        for role in Role:
            answer = running.ask(role, route)
            expected = is_refused_by_the_table(action, role, route)
            if answer.status_code >= 500 or was_refused(answer) is not expected:
                wrong.append((role, route, answer.status_code, answer.text[:300]))
    assert wrong == []


def test_who_sees_a_private_result_is_what_the_row_says_for_each_role(running):
    seen = {}
    for role in Role:
        routes = [Route("GET", path.format(result=running.private_result)) for path in KEPT]
        seen[role] = {running.ask(role, route).status_code for route in routes}
    reach = RIGHTS[Action.SEE_PRIVATE_RESULT].reach
    assert seen == {role: {200 if reach[role] is Reach.YES else 404} for role in Role}


@pytest.mark.parametrize("action", Action, ids=lambda action: action.name.lower())
def test_a_token_without_the_scope_of_the_row_is_refused(running, app, action):
    right = RIGHTS[action]
    if right.reach[Role.ANYONE] is Reach.YES:
        return
    role = next(role for role in Role if right.reach[role] is not Reach.NO)
    token = running.enter(role, frozenset(Scope) - {right.scope})
    machine = [one for one in routes(app, action) if is_for_programs(one.path)]
    assert machine or right.scope in {None, Scope.ADMINISTER, Scope.READ}
    taken = [one for one in machine if not was_refused(running._send(one, None, token))]
    assert taken == []


def test_a_vendor_administrator_may_do_all_that_a_submitter_may():
    for action, right in RIGHTS.items():
        submitter, vendor = right.reach[Role.SUBMITTER], right.reach[Role.VENDOR_ADMINISTRATOR]
        assert submitter is not Reach.YES or vendor is Reach.YES, action
        assert vendor is not Reach.YES or submitter is Reach.YES, action


def test_an_auditor_changes_nothing_but_their_own_account():
    """And sends, like anyone at all, what needs no account."""
    auditor = Principal(1, "auditor", Role.AUDITOR)
    may_do = {action for action in Action if may(auditor, action)}
    assert may_do == {
        Action.BROWSE,
        Action.WATCH,
        Action.SIGN_IN,
        Action.SEE_OWN_ACCOUNT,
        Action.MANAGE_OWN_ACCOUNT,
        Action.SEE_ACCOUNTS,
        Action.SEE_LOG,
        Action.SEE_JOBS,
        Action.SUBSCRIBE,
        Action.SEE_PRIVATE_VENDOR,
        Action.SEE_PRIVATE_RESULT,
        Action.SEE_LOG,
        Action.SEND_REFSTACK_RESULT,
        Action.SEE_APPLICATIONS,
        Action.SEE_FLOW,
    }


def test_an_auditor_speaks_for_no_vendor_that_they_belong_to(running):
    running.enter(Role.AUDITOR)
    with running.database.session() as session:
        account = session.get(Account, running.accounts[Role.AUDITOR])
        assert dict(principal(session, account, strong=True).vendors) == {}
