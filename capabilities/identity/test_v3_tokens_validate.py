"""A token can be looked at (api-ref: "Validate and show information for token")."""

import uuid

from refcheck.testing import expect, idempotent_id, ids, refused

FIXED_AT_LOGIN = ("methods", "audit_ids", "issued_at", "expires_at", "user", "project")


@idempotent_id("a9512ac3-3909-48a4-b395-11f438e16260")
def test_a_valid_token_shows_what_the_login_said_and_a_revoked_one_shows_nothing(identity, cloud):
    made = expect(cloud.log_in(), 201)
    subject = {"X-Subject-Token": made.header("X-Subject-Token")}

    answer = expect(identity.get("/auth/tokens", headers=subject), 200)
    assert answer.header("X-Subject-Token") == subject["X-Subject-Token"]
    shown = answer["token"]
    for field in FIXED_AT_LOGIN:
        assert shown[field] == made["token"][field], field
    for field in ("roles", "catalog"):
        assert _ids(shown[field]) == _ids(made["token"][field]), field
    brief = expect(identity.get("/auth/tokens?nocatalog", headers=subject), 200)
    assert "catalog" not in brief["token"]

    refused(identity.get("/auth/tokens", headers=subject, authenticated=False), 401)
    invented = {"X-Subject-Token": uuid.uuid4().hex}
    refused(identity.get("/auth/tokens", headers=invented), 404)

    expect(identity.delete("/auth/tokens", headers=subject), 204)
    refused(identity.get("/auth/tokens", headers=subject), 404)


def _ids(resources):
    return sorted(map(str, ids(resources)))
