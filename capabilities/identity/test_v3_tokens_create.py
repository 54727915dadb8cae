"""Credentials are exchanged for a token (api-ref: "Authentication and token management")."""

import uuid
from datetime import datetime

from refcheck.testing import Body, entries, expect, idempotent_id, is_time, refused


@idempotent_id("6f8e4436-fc96-4282-8122-e41df57197a9")
def test_a_login_gives_a_token_for_the_user_and_the_project(identity, cloud):
    answer = expect(cloud.log_in(), 201)
    token = answer["token"]
    assert isinstance(token["methods"], list)
    assert token["methods"]
    for member, wanted in (("user", cloud.user_id), ("project", cloud.project_id)):
        assert isinstance(token[member], Body)
        assert token[member]["id"] == wanted
        assert isinstance(token[member]["name"], str)
        assert isinstance(token[member]["domain"], Body)
        assert token[member]["domain"]["id"]
    roles = entries(token["roles"])
    assert all(role["id"] and role["name"] for role in roles)
    assert roles, "a token for a project carries the roles held there"
    assert "identity" in [service["type"] for service in entries(token["catalog"])]
    assert is_time(token["issued_at"])
    assert is_time(token["expires_at"])
    assert _moment(token["issued_at"]) < _moment(token["expires_at"])

    # The token is worth something, and a token that nobody gave out is worth nothing.
    given = answer.header("X-Subject-Token")
    catalog = identity.get("/auth/catalog", headers={"X-Auth-Token": given}, authenticated=False)
    expect(catalog, 200)
    invented = {"X-Auth-Token": uuid.uuid4().hex}
    refused(identity.get("/auth/catalog", headers=invented, authenticated=False), 401)

    another = expect(cloud.log_in(), 201)
    assert another.header("X-Subject-Token") != given
    assert isinstance(token["audit_ids"], list)
    assert another["token"]["audit_ids"] not in ([], token["audit_ids"])
    _refuses_strangers(identity)


def _refuses_strangers(identity):
    # Not our own user with a wrong password: that would count towards a lock-out.
    stranger = {"user": {"id": uuid.uuid4().hex, "password": uuid.uuid4().hex}}
    login = {"auth": {"identity": {"methods": ["password"], "password": stranger}}}
    answer = refused(identity.post("/auth/tokens", json=login, authenticated=False), 401)
    assert "x-subject-token" not in answer.headers


def _moment(text):
    return datetime.fromisoformat(text)
