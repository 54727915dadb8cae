"""Several people change the same thing at the same moment, over HTTP: no change is lost unnoticed.

Every form and every operation that changes what somebody wrote is here; each carries the revision
that it was made from.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from refcheck_server.accounts import services, sessions
from refcheck_server.accounts.rights import Role, Scope
from refcheck_server.app import create_app
from refcheck_server.database import Database
from refcheck_server.settings import from_environment

from tests.server import live, postgres

CLIENTS, ROUNDS = 4, 4
VENDOR = "/vendors/<word:vendor>"
PRODUCT = f"{VENDOR}/products/<word:product>"
VERSION = f"{PRODUCT}/versions/<number:version_id>"
APPLICATION = "/applications/<number:application_id>"
EDITS = {
    f"POST {VENDOR}/edit": "vendor",
    f"PUT /api/v1{VENDOR}": "vendor",
    f"POST {VENDOR}/decision": "decision",
    f"POST /api/v1{VENDOR}/decision": "decision",
    f"POST {PRODUCT}/edit": "product",
    f"PUT /api/v1{PRODUCT}": "product",
    f"POST {VERSION}/edit": "version",
    f"PUT /api/v1{VERSION}": "version",
}
"""Way → what it changes."""
ONE_VALUE = {
    f"PUT /api/v1{VENDOR}/members/<word:member>": "a place is one word, and the last one counts",
    f"PUT /api/v1{APPLICATION}/reviewer": "a reviewer is one name, and the last one counts",
    "PUT /api/v1/results/<hex(length=32):result_id>/evidence/<hex(length=64):sha256>": "the address"
    " names the content",
    f"PUT /api/v1{APPLICATION}/evidence/<hex(length=64):sha256>": "the address names the content",
}
IN_REVIEW = {
    f"POST {APPLICATION}/edit",
    f"PUT /api/v1{APPLICATION}",
    f"POST {APPLICATION}/waivers/<number:waiver_id>/decision",
    f"POST /api/v1{APPLICATION}/waivers/<number:waiver_id>/decision",
}
"""They are tried in `tests/server/review/test_reviewing.py`."""
RATES = {f"REFCHECK_REGISTRY_{one}_RATE": "1000000 per minute" for one in ("REQUEST", "SIGN_IN")}
API = "/api/v1/vendors/example"


@dataclass
class House:
    """A registry that serves, with a vendor, a product, a version, and an administrator."""

    url: str
    cookie: str
    token: str
    version_id: int = 0

    def ask(self, method: str, path: str, **fields: Any) -> requests.Response:
        """As the administrator: a form, or JSON where programs are heard."""
        given: dict[str, Any] = {"headers": {"Authorization": f"Bearer {self.token}"}}
        if path.startswith("/api/"):
            given["json"] = fields
        else:
            token = hmac.new(self.cookie.encode(), b"form", hashlib.sha256).hexdigest()
            given = {"data": {**fields, "form_token": token}, "cookies": {"refcheck": self.cookie}}
        return requests.request(method, self.url + path, allow_redirects=False, timeout=60, **given)

    def now(self, what: str) -> dict[str, Any]:
        """What a thing is now."""
        if what in {"vendor", "decision"}:
            return self.ask("GET", API).json()
        product = self.ask("GET", f"{API}/products/cloud").json()
        return product if what == "product" else product["versions"][0]


@pytest.fixture(scope="module")
def house(postgres_server: str) -> Iterator[House]:
    with (
        postgres.database(postgres_server) as address,
        live.serving("--database", address, **RATES) as served,
    ):
        database = Database(from_environment({}, database=address).database_url)
        cookie, now = secrets.token_urlsafe(32), datetime.now(UTC)
        with database.session() as session, session.begin():
            root = services.add_account(session, "root", now=now, role=Role.ADMINISTRATOR)
            sessions.begin(session, root, cookie, strong=True, device="", now=now)
            token = services.new_token(session, root, now=now, scopes=frozenset(Scope)).secret
        database.engine.dispose()
        made = House(served.url, cookie, token)
        for path, fields in (
            ("/api/v1/vendors", {"name": "Example", "contact": "x@example.org"}),
            (f"{API}/products", {"name": "Cloud", "kind": "component"}),
            (f"{API}/products/cloud/versions", {"name": "1"}),
        ):
            assert made.ask("POST", path, **fields).status_code == 201
        made.version_id = made.now("version")["id"]
        yield made


def change(what: str, words: str, turn: int) -> tuple[dict[str, str], str]:
    """What a client sends, and the field in which its change is seen."""
    match what:
        case "vendor":
            return {"name": "Example", "contact": "x@example.org", "description": words}, (
                "description"
            )
        case "decision":
            state = "approved" if turn % 2 else "declined"
            return {"state": state, "reason": words}, "reason" if state == "declined" else "state"
        case "product":
            return {"name": "Cloud", "kind": "component", "description": words}, "description"
        case _:
            return {"name": words}, "name"


def test_every_way_to_edit_is_tried_here(tmp_path):
    app = create_app(from_environment({}, data=tmp_path))
    edits = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods
        if method in {"PUT", "PATCH"} or (method == "POST" and rule.rule.endswith(("/edit", "/decision")))
    }  # fmt: skip
    assert edits == EDITS.keys() | ONE_VALUE.keys() | IN_REVIEW


@pytest.mark.parametrize("way", EDITS)
def test_of_changes_at_the_same_moment_one_is_made_and_all_others_are_told(house, way):
    method, rule = way.split()
    path = rule.replace("<word:vendor>", "example").replace("<word:product>", "cloud")
    path = path.replace("<number:version_id>", str(house.version_id))
    what, ready = EDITS[way], threading.Barrier(CLIENTS)

    def send(client: int, turn: int, revision: int) -> tuple[int, str]:
        words = f"by {client} in turn {turn} of {way[:40]}"
        fields, seen_in = change(what, words, turn)
        ready.wait(timeout=60)
        answer = house.ask(method, path, **fields, revision=str(revision))
        return answer.status_code, fields[seen_in]

    with ThreadPoolExecutor(CLIENTS) as clients:
        for turn in range(ROUNDS):
            before = house.now(what)["revision"]
            given = ((client, turn, before) for client in range(CLIENTS))
            answers = list(clients.map(lambda one: send(*one), given))
            made = [words for status, words in answers if status < 400]
            assert [status for status, _ in answers if status >= 400] == [409] * (CLIENTS - 1)
            now = house.now(what)
            _, seen_in = change(what, "", turn)
            assert (now[seen_in], now["revision"]) == (made[0], before + 1)
