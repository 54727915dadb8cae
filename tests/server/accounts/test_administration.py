"""Accounts as administrators and auditors see them, and what the former do about them."""

from __future__ import annotations

import csv
import io

import pytest
from refcheck_server.accounts.rights import Role

from tests.server import samples
from tests.server.visitor import signed_in, visiting_as, with_password


@pytest.fixture(scope="module")
def administrator(registry):
    with_password(registry, "root", Role.ADMINISTRATOR)
    return visiting_as(registry, "root", strong=True)


def test_the_list_is_searched_and_taken_away(registry, administrator):
    for number in range(26):
        with_password(registry, f"listed-{number:02}")
    assert "26 accounts" in administrator.get("/accounts?q=LISTED").text
    after = administrator.get("/api/v1/accounts?q=listed").get_json()["next"]
    assert "listed-25" in administrator.get(f"/accounts?q=listed&after={after}").text
    assert "No account matches" in administrator.get("/accounts?q=listed&role=reviewer").text
    told = administrator.get(f"/api/v1/accounts?q=listed&after={after}").get_json()
    assert (told["total"], len(told["accounts"])) == (26, 1)
    rows = list(csv.reader(io.StringIO(administrator.get("/accounts.csv?q=listed").text)))
    assert len(rows) == 27
    for bad in ("role=anyone", "role=x", "order=x", "sort=x", "q=" + "x" * 65, "q=%00"):
        assert administrator.get(f"/accounts?{bad}").status_code == 400
    refused = administrator.get("/accounts?role=anyone").text
    assert "<code>role</code>" in refused
    assert "There is submitter, reviewer, administrator, auditor." in refused


def test_an_account_is_told_whole_to_programs_and_without_a_secret(registry, administrator):
    member = registry.join("whole")
    told = administrator.get("/api/v1/accounts/whole").get_json()
    assert (told["name"], told["role"], told["disabled"]) == ("whole", "submitter", None)
    assert [one["prefix"] for one in told["tokens"]] == [member.prefix]
    assert [one["keyid"] for one in told["keys"]] == [member.signer.public_key.keyid]
    assert member.token[12:] not in str(told)
    head, row = csv.reader(io.StringIO(administrator.get("/accounts/whole/tokens.csv").text))
    told = dict(zip(head, row, strict=True))
    assert (told["prefix"], told["scopes"]) == (member.prefix, "results")
    assert administrator.get("/api/v1/accounts/nobody").status_code == 404


def test_an_auditor_sees_an_account_and_no_button(registry):
    auditor = signed_in(registry, "looker", Role.AUDITOR)
    page = auditor.get("/accounts/example").text
    assert registry.example.prefix in page
    assert "<button" not in page
    assert auditor.post("/accounts/example/disable").status_code == 403


def test_a_role_is_given_and_taken_at_the_next_request(registry, administrator):
    visitor = signed_in(registry, "climber")
    assert visitor.get("/accounts").status_code == 403
    administrator.post("/accounts/climber/role", role="auditor")
    assert visitor.get("/accounts").status_code == 200
    administrator.post("/accounts/climber/role", role="submitter")
    assert visitor.get("/accounts").status_code == 403
    for bad in ("anyone", "vendor administrator", "king", ""):
        assert administrator.post("/accounts/climber/role", role=bad).status_code == 400
    assert administrator.post("/accounts/nobody/role", role="auditor").status_code == 404


def test_an_account_is_stopped_and_let_in_again(registry, administrator):
    visitor = signed_in(registry, "stopped")
    administrator.post("/accounts/stopped/sign-out")
    assert visitor.get("/account").status_code == 303
    member = registry.join("stopped-robot")
    administrator.post("/accounts/stopped-robot/disable")
    assert registry.submit(samples.result(run_id="a"), member=member).status_code == 403
    administrator.post("/accounts/stopped-robot/enable")
    assert registry.submit(samples.result(run_id="a"), member=member).status_code == 201


def test_a_session_does_not_come_back_with_its_account(registry, administrator):
    visitor = signed_in(registry, "back-again")
    administrator.post("/accounts/back-again/disable")
    administrator.post("/accounts/back-again/enable")
    assert visitor.get("/account").status_code == 303


def test_a_token_and_a_key_are_revoked(registry, administrator):
    member = registry.join("leaking")
    keyid = member.signer.public_key.keyid
    assert administrator.post(f"/accounts/example/keys/{keyid}/revoke").status_code == 404
    administrator.post(f"/accounts/leaking/keys/{keyid}/revoke")
    refused = registry.submit(samples.result(run_id="b"), member=member)
    assert "was revoked" in refused.get_json()["error"]["fault"]
    administrator.post(f"/accounts/leaking/tokens/{member.prefix}/revoke")
    refused = registry.submit(samples.result(run_id="b"), member=member)
    assert "the token" in refused.get_json()["error"]["fault"]


def test_nobody_locks_themselves_out(registry, administrator):
    for what in ("role", "disable", "sign-out"):
        answer = administrator.post(f"/accounts/root/{what}", role="submitter")
        assert answer.status_code == 409
    assert administrator.get("/accounts").status_code == 200
