"""Whoever watches over a registry is told how it is."""

from __future__ import annotations

from refcheck_server.app import create_app
from refcheck_server.settings import from_environment
from sqlalchemy import text


def test_a_registry_is_alive_and_ready(registry):
    assert registry.client.get("/healthz").json["status"] == "ok"
    answer = registry.client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_it_is_alive_but_not_ready_with_the_schema_of_another_version(registry):
    with registry.session() as session, session.begin():
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = registry.client.get("/readyz")
    assert answer.status_code == 503
    assert "9999" in answer.json["error"]["fault"]
    assert registry.client.get("/healthz").status_code == 200


def test_it_is_alive_but_not_ready_without_its_database(tmp_path):
    file = tmp_path / "gone" / "registry.db"
    app = create_app(from_environment({}, database=f"sqlite:///{file}"))
    file.parent.rmdir()
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "does not answer" in answer.json["error"]["fault"]
    assert app.test_client().get("/healthz").status_code == 200


def test_a_watcher_is_answered_in_json_whatever_it_asks(registry):
    """As the description has it, and with a header that a proxy adds."""
    asked = registry.client.post("/healthz")
    assert (asked.status_code, asked.json["error"]["fault"]) == (405, "method not allowed")
    proxied = registry.client.get("/readyz", headers={"Authorization": "Basic eDp5"})
    assert proxied.status_code == 200


def test_watchers_are_not_counted_against_the_rate(registry):
    headers = [registry.client.get(place).headers for place in ("/healthz", "/readyz", "/")]
    assert ["X-RateLimit-Limit" in one for one in headers] == [False, False, True]
