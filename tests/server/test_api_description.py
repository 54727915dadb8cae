"""The API description is whole, and the registry keeps what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from refcheck_server import migrating
from refcheck_server.accounts import services
from refcheck_server.accounts.rights import Scope
from refcheck_server.app import create_app
from refcheck_server.database import Database
from refcheck_server.description.operations import operation_of
from refcheck_server.settings import from_environment
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from tests.server import samples
from tests.server.conftest import Clock, Registry

EXAMPLES = 6


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """A registry with one result, and without limits of rate."""
    folder: Path = tmp_path_factory.mktemp("described")
    rates = {f"REFCHECK_REGISTRY_{one}_RATE": "1000000 per minute" for one in ("UPLOAD", "REQUEST")}
    chosen = from_environment(rates, database=f"sqlite:///{folder / 'registry.db'}")
    migrating.upgrade(Database(chosen.database_url))
    app = create_app(chosen, now=Clock())
    made = Registry(chosen, app.extensions["refcheck_database"], app.test_client(), Clock())
    made.join("example")
    made.submit(samples.result(samples.mixed))
    with made.session() as session, session.begin():
        account = services.find_account(session, "example")
        token = services.new_token(session, account, now=made.clock(), scopes=list(Scope))
    made.example.token = token.secret
    yield made, app
    made.database.engine.dispose()


def test_no_request_breaks_the_registry_or_surprises_a_reader(described):
    registry, app = described
    checks = [not_a_server_error, status_code_conformance, content_type_conformance]
    headers = {"Authorization": f"Bearer {registry.example.token}"}
    asked, wrong = 0, []
    for found in schemathesis.openapi.from_wsgi("/openapi.json", app).get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case):
            nonlocal asked
            asked += 1
            case.call_and_validate(headers=headers, checks=checks)

        try:
            ask()
        except Exception as error:  # noqa: BLE001 - all of them are told together
            wrong.append(f"{operation.label}: {error}")
    assert not wrong, "\n".join(wrong)
    assert asked > 100


def test_every_address_under_the_api_is_described(described):
    _, app = described
    left_out = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/v1/"))
        and operation_of(app.view_functions[rule.endpoint]) is None
    ]
    assert not left_out


def test_the_description_is_a_page_too(described):
    registry, _app = described
    document = registry.client.get("/openapi.json").get_json()
    page = registry.client.get("/docs/api")
    assert page.status_code == 200
    assert "<script" not in page.text
    missing = [path for path in document["paths"] if f" {path}</code>" not in page.text]
    assert not missing
    ids = [one["operationId"] for of in document["paths"].values() for one in of.values()]
    assert len(ids) == len(set(ids))
    unlinked = [one for one in ids if page.text.count(f'"#{one}"') != 1]
    assert not unlinked
    assert len(document["paths"]) > 20
