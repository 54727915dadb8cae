"""What may be asked how often: everything, uploads, and what asks for a password or much work."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from refcheck_server import counting
from refcheck_server.app import create_app
from refcheck_server.settings import from_environment

from tests.server.conftest import Clock, Registry
from tests.server.visitor import PASSWORD, Visitor, with_password

VALUES = {"result_id": "a" * 32, "sha256": "b" * 64, "application_id": 1, "passkey_id": 1}
FEW = {
    **{f"REFCHECK_REGISTRY_{name}_RATE": "1 per hour" for name in ("UPLOAD", "SIGN_IN")},
    "REFCHECK_REGISTRY_OIDC_ISSUER": "https://provider.example.org",
    "REFCHECK_REGISTRY_OIDC_CLIENT_ID": "registry",
    "REFCHECK_REGISTRY_OIDC_CLIENT_SECRET": "secret",
}
MUCH = (
    # what keeps bytes
    "api.upload", "refstack.upload", "evidence.send",
    "applications.attach_evidence", "applications_api.attach_evidence",
    # what a password can be guessed at
    "account.sign_in_sent", "account.change_password", "account.set_up_second_factor",
    "account.add_passkey", "account.remove_passkey", "openid.link",
    # what asks another server, reads the whole log, or sends mail
    "openid.sign_in", "openid.come_back", "audit.consistency", "audit.inclusion",
    "mail.give_address",
)  # fmt: skip


@pytest.fixture(scope="module")
def narrow(migrated_file):
    app = create_app(from_environment(FEW, database=f"sqlite:///{migrated_file}"))
    yield app
    app.extensions["refcheck_database"].engine.dispose()


def asked(app, endpoint):
    """The status of a request to a view, with values that lead nowhere."""
    [rule] = app.url_map.iter_rules(endpoint)
    values = {name: VALUES.get(name, 1) for name in rule.arguments}
    path = app.url_map.bind("localhost").build(endpoint, values)
    [method] = rule.methods - {"HEAD", "OPTIONS"}
    return app.test_client().open(path, method=method).status_code


@pytest.mark.parametrize("endpoint", MUCH)
def test_what_costs_much_is_limited_apart_also_while_it_is_refused(narrow, endpoint):
    first, second = asked(narrow, endpoint), asked(narrow, endpoint)
    assert (first != 429, second) == (True, 429)
    assert narrow.test_client().get("/vendors").status_code == 200


def test_who_is_refused_is_told_when_to_try_again(migrated_file):
    rates = {f"REFCHECK_REGISTRY_{one}_RATE": "1 per hour" for one in ("UPLOAD", "REQUEST")}
    app = create_app(from_environment(rates, database=f"sqlite:///{migrated_file}"))
    client = app.test_client()
    for _ in range(2):
        upload, page = client.post("/api/v1/results"), client.get("/vendors")
    assert (upload.status_code, page.status_code) == (429, 429)
    assert 3590 < int(upload.headers["Retry-After"]) <= 3600
    assert upload.json["error"]["fault"] == "too many requests from this address"
    assert upload.json["error"]["next_step"] == "Try again in 60 min."
    assert "Try again in 60 min." in page.text
    app.extensions["refcheck_database"].engine.dispose()


def test_an_address_is_known_for_a_month_after_the_last_time_and_not_the_first(
    registry, monkeypatch
):
    app = create_app(
        from_environment(
            {"REFCHECK_REGISTRY_SIGN_IN_RATE": "2 per hour"},
            database=registry.settings.database_url,
        ),
        now=Clock(),
    )
    known = Registry(registry.settings, registry.database, app.test_client(), registry.clock)
    name, began = with_password(registry, "months"), time.time()

    def sign_in(address: str, day: int, typed: str = PASSWORD) -> int:
        monkeypatch.setattr(counting, "time", SimpleNamespace(time=lambda: began + day * 86400))
        visitor = Visitor(known)
        visitor.client.environ_base["REMOTE_ADDR"] = address
        return visitor.sign_in(name, typed).status_code

    assert [sign_in("10.0.0.1", day) for day in (0, 29)] == [303, 303]
    assert [sign_in(f"10.0.1.{n}", 40, "wrong") for n in range(3)] == [401, 401, 429]
    assert sign_in("10.0.0.1", 40) == 303
    assert sign_in("10.0.0.1", 70, "wrong") == 401
    assert [sign_in(f"10.0.1.{n}", 80, "wrong") for n in range(3)] == [401, 401, 429]
    assert sign_in("10.0.0.1", 80) == 429
    app.extensions["refcheck_database"].engine.dispose()
