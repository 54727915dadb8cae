"""Forms and documents that nobody means well with: told, never a fault of the registry's."""

from __future__ import annotations

import pytest
from refcheck_server.accounts import services
from refcheck_server.accounts.rights import Role, Scope

from tests.server.visitor import Visitor, signed_in

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""PostgreSQL alone: it refuses what SQLite takes, like text with NUL and large numbers."""
NASTY = ("a\0b", "\ud800", "x" * 100_000, "²")
FORMS = {
    "/sign-in": ("name", "password", "code", "next"),
    "/account/password": ("password", "new_password"),
    "/account/second-factor": ("secret", "code", "password"),
    "/account/tokens": ("scopes", "days"),
    "/vendors": ("name", "slug", "website", "contact", "description"),
    "/vendors/example/edit": ("name", "website", "contact", "description", "revision"),
    "/vendors/example/decision": ("state", "reason", "revision"),
    "/vendors/example/invitations": ("place",),
    "/vendors/example/products": ("name", "slug", "kind", "website", "description"),
    "/invitation": ("secret",),
    "/account/notices/topics": ("topics",),
    "/account/notices/confirm": ("secret",),
    "/vendors/example/webhooks": ("url", "topics"),
}
ADDRESSES = (
    "/account/sessions/99999999999999999999/end",
    "/account/sessions/0/end",
    "/account/identities/2147483648/unlink",
    "/account/tokens/rck_%00000000/revoke",
    "/account/tokens/..%2f..%2fetc/revoke",
    "/account/keys/" + "g" * 64 + "/revoke",
    "/vendors/%00/edit",
    "/vendors/example/members/%00/remove",
    "/vendors/example/invitations/99999999999999999999/revoke",
    "/vendors/example/products/x/versions/99999999999999999999/edit",
)
DOCUMENTS = {
    "/api/v1/account/keys": ("public_key", "proof", "challenge"),
    "/api/v1/vendors": ("name", "slug", "website", "contact", "description"),
    "/api/v1/vendors/example/products": ("name", "slug", "kind", "website", "description"),
    "/api/v1/vendors/example/invitations": ("place",),
    "/api/v1/vendors/example/webhooks": ("url", "topics"),
}


@pytest.fixture
def visitor(registry) -> Visitor:
    made = signed_in(registry, "nasty", Role.SUBMITTER)
    answer = made.post("/vendors", name="Example", contact="x@example.org")
    assert answer.location == "/vendors/example"
    return made


def test_what_a_form_holds_is_never_a_fault_of_ours(visitor):
    wrong = []
    for path, fields in FORMS.items():
        good = dict.fromkeys(fields, "1")
        for field in fields:
            for nasty in NASTY:
                sent = nasty.encode("utf-8", "surrogatepass")
                answer = visitor.post(path, **{**good, field: sent})
                if answer.status_code >= 500:
                    wrong.append((path, field, nasty[:20], answer.status_code))
    assert wrong == []


def test_an_address_is_never_a_fault_of_ours(visitor):
    answers = {path: visitor.post(path).status_code for path in ADDRESSES}
    assert {path: status for path, status in answers.items() if status not in {403, 404}} == {}


def test_what_a_search_asks_for_is_never_a_fault_of_ours(visitor):
    for path in ("/vendors", "/products", "/api/v1/vendors", "/vendors.csv", "/invitation"):
        for nasty in ("%00", "%ED%A0%80", "%25_%5C'", "x" * 5000):
            for name in ("q", "state", "kind", "page", "secret"):
                answer = visitor.get(f"{path}?{name}={nasty}")
                assert answer.status_code < 500, (path, name, nasty)


def test_what_a_document_holds_is_never_a_fault_of_ours(registry, visitor):
    with registry.session() as session, session.begin():
        account = services.find_account(session, "nasty")
        token = services.new_token(session, account, now=registry.clock(), scopes=list(Scope))
    headers = {"Authorization": f"Bearer {token.secret}", "Content-Type": "application/json"}
    wrong = []
    for path, fields in DOCUMENTS.items():
        good = dict.fromkeys(fields, "1")
        for field in fields:
            for nasty in (*NASTY, 7, None, True, 1e308, [], {"a": {}}, [[]]):
                told = visitor.client.post(path, json={**good, field: nasty}, headers=headers)
                if told.status_code >= 500 or "error" not in told.get_json():
                    wrong.append((path, field, str(nasty)[:20], told.status_code))
    assert wrong == []


def test_a_form_that_is_too_large_is_refused(visitor):
    answer = visitor.post("/vendors", name="x" * 300_000)
    assert answer.status_code == 413
