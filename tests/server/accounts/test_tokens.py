"""Tokens that an account makes for its programs: what each is good for, and for how long."""

from __future__ import annotations

import csv
import io
import re

import pytest
from refcheck_server.accounts.models import Token
from refcheck_server.accounts.rights import Role
from sqlalchemy import select

from tests.server import samples
from tests.server.test_pages import statements
from tests.server.visitor import Visitor, signed_in, visiting_as


def make(visitor: Visitor, scopes="read", days="30"):
    answer = visitor.post("/account/tokens", scopes=scopes, days=days)
    found = re.search(r"rck_[0-9a-f]{8}_[\w-]{43}", answer.text)
    return answer, found and found[0]


def own_account(registry, token):
    return registry.client.get("/api/v1/account", headers={"Authorization": f"Bearer {token}"})


def test_a_token_is_shown_once_and_speaks_for_the_account(registry):
    visitor = signed_in(registry, "maker")
    _, token = make(visitor)
    listed = visitor.get("/account").text
    assert token[:12] in listed
    assert token not in listed
    told = own_account(registry, token).get_json()
    assert told["name"] == "maker"
    assert [one["scopes"] for one in told["tokens"]] == [["read"]]
    with registry.session() as session:
        kept = session.scalar(select(Token).where(Token.prefix == token[:12]))
        assert token not in (kept.sha256, kept.prefix)


def test_each_table_of_the_account_is_taken_away_as_it_is_told_to_programs(registry):
    visitor = signed_in(registry, "taking")
    _, token = make(visitor)
    told = visitor.get("/api/v1/account").get_json()
    for table in ("tokens", "keys", "sessions", "identities", "passkeys"):
        head, *rows = csv.reader(io.StringIO(visitor.get(f"/account/{table}.csv").text))
        assert [len(row) for row in rows] == [len(head)] * len(told[table])
    assert told["sessions"][0]["browser"] == "test"
    assert token[:12] in visitor.get("/account/tokens.csv").text
    assert token not in visitor.get("/account/tokens.csv").text
    assert visitor.get("/account/secrets.csv").status_code == 404


def test_a_token_is_good_for_its_scopes_only(registry):
    _, token = make(signed_in(registry, "narrow"), scopes="read")
    answer = registry.send(b"{}", token=token)
    assert answer.status_code == 403
    assert "may not send a result" in answer.get_json()["error"]["fault"]
    assert "with the scope results" in answer.get_json()["error"]["next_step"]
    _, token = make(signed_in(registry, "wide"), scopes=["read", "results"])
    assert own_account(registry, token).status_code == 200
    assert registry.send(b"{}", token=token).status_code == 400


def test_a_token_expires(registry):
    visitor = signed_in(registry, "expiring")
    _, token = make(visitor, days="2")
    assert "expires" in visitor.get("/account").text
    registry.clock.forward(hours=47)
    assert own_account(registry, token).status_code == 200
    registry.clock.forward(hours=2)
    assert own_account(registry, token).status_code == 403
    assert "expired" in visiting_as(registry, "expiring").get("/account").text


def test_a_revoked_token_is_refused_at_the_next_request(registry):
    visitor = signed_in(registry, "revoking")
    _, token = make(visitor)
    assert own_account(registry, token).status_code == 200
    assert visitor.post(f"/account/tokens/{token[:12]}/revoke").status_code == 303
    assert own_account(registry, token).status_code == 403
    assert "revoked" in visitor.get("/account").text


def test_someone_else_s_token_and_key_cannot_be_revoked(registry):
    _, token = make(signed_in(registry, "owner"))
    intruder = signed_in(registry, "stranger")
    assert intruder.post(f"/account/tokens/{token[:12]}/revoke").status_code == 404
    keyid = registry.example.signer.public_key.keyid
    assert intruder.post(f"/account/keys/{keyid}/revoke").status_code == 404
    assert own_account(registry, token).status_code == 200
    assert registry.submit(samples.result(run_id="still good")).status_code == 201


@pytest.mark.parametrize(
    ("scopes", "days", "path"),
    [
        ([], "30", "Scopes names nothing"),
        ("everything", "30", "Scopes is none of the choices"),
        (["read", "all"], "30", "Scopes is none of the choices"),
        ("read", "0", "Days is no number from 1 to 365"),
        ("read", "366", "Days is no number from 1 to 365"),
        ("read", "-1", "Days is not a number"),
        ("read", "9" * 400, "Days is not a number"),
        ("read", "²", "Days is not a number"),
        ("read", "", "Days is no number from 1 to 365"),
    ],
)
def test_a_token_that_there_cannot_be_is_told(registry, scopes, days, path):
    name = f"bad-{abs(hash((str(scopes), days)))}"
    answer, token = make(signed_in(registry, name), scopes, days)
    assert (answer.status_code, token) == (400, None)
    assert path in answer.text


def test_a_token_reaches_no_further_than_its_account_does_now(registry):
    visitor = signed_in(registry, "falling", Role.AUDITOR)
    assert "administer" not in visitor.get("/account").text
    _, token = make(visitor, scopes=["read", "results", "keys", "administer"])
    answer = registry.send(b"{}", token=token)
    assert answer.status_code == 403
    assert "falling may not send a result" in answer.get_json()["error"]["fault"]


def test_the_last_use_is_noted_once_an_hour(registry):
    visitor = signed_in(registry, "used")
    _, token = make(visitor)
    assert "never" in visitor.get("/account").text
    writes = []
    for minutes in (0, 30, 31):
        registry.clock.forward(minutes=minutes)
        with statements(registry) as seen:
            own_account(registry, token)
        writes.append(sum(one.startswith("UPDATE") for one in seen))
    assert writes == [1, 0, 1]
    assert "never" not in visitor.get("/account").text


def test_a_session_cannot_be_used_to_change_anything_without_a_form(registry):
    visitor = signed_in(registry, "cookie-only")
    answer = visitor.client.post("/api/v1/account/keys/challenges", json={})
    assert answer.status_code == 401
    assert visitor.get("/api/v1/account").get_json()["name"] == "cookie-only"
