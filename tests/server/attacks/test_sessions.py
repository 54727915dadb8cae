"""Whoever wants to be somebody else: names that tell, sessions that are kept, fields too many."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import replace
from functools import partial

import pyotp
import pytest
from refcheck_server.accounts import (
    browser,
    leaving,
    passkeys,
    passwords,
    second_factor,
    services,
    signing_in,
)
from refcheck_server.accounts.errors import SignInRefused
from refcheck_server.accounts.models import Account, Membership
from refcheck_server.accounts.rights import Role
from refcheck_server.app import create_app
from refcheck_server.products.models import Product
from refcheck_server.results.models import Cloud, StoredResult
from refcheck_server.vendors.models import Vendor
from sqlalchemy import select

from refcheck.errors import RefcheckError
from tests.server.attacks.world import SAFE, address, ask, rules
from tests.server.visitor import PASSWORD, Visitor, signed_in, visiting_as, with_password


@pytest.fixture
def work(monkeypatch):
    """What was computed slowly: each digest of a password and each opening of a sealed secret."""
    done: list[str] = []
    verify, lock = passwords._HASHER.verify, second_factor.hash_secret_raw

    class Counting:
        hash = staticmethod(passwords._HASHER.hash)

        @staticmethod
        def verify(*given):
            done.append("verify")
            return verify(*given)

    def locked(*given):
        done.append("unseal")
        return lock(*given)

    monkeypatch.setattr(passwords, "_HASHER", Counting)
    monkeypatch.setattr(second_factor, "hash_secret_raw", locked)
    return done


def test_nothing_tells_whether_a_name_or_a_password_is_right(registry, work):
    """Neither the answer nor the work: a right password with a wrong code is like any other."""
    visitor = signed_in(registry, "two-factors", Role.SUBMITTER)
    secret = pyotp.random_base32()
    now = pyotp.TOTP(secret).at(registry.clock())
    set_up = visitor.post("/account/second-factor", secret=secret, password=PASSWORD, code=now)
    assert set_up.status_code == 303
    with_password(registry, "disabled")
    with registry.session() as session, session.begin():
        services.find_account(session, "disabled").disabled_at = registry.clock()
        services.add_account(session, "no-password", now=registry.clock())
    with_password(registry, "plain")
    seen = {}
    for name, password, code in (
        ("nobody", PASSWORD, ""),
        ("NOBODY' --", PASSWORD, ""),
        ("plain", "wrong", ""),
        ("no-password", PASSWORD, ""),
        ("disabled", PASSWORD, ""),
        ("two-factors", "wrong", "000000"),
        ("two-factors", PASSWORD, ""),
        ("two-factors", PASSWORD, "000000"),
    ):
        work.clear()
        guesser = Visitor(registry)
        answer = guesser.sign_in(name, password, code=code)
        own = r"name=.name. value=.[^\n]*?autocomplete"  # what was typed is in the form again
        text = re.sub(rf"[0-9a-f]{{64}}|challenge&#34;: &#34;[^&]+|{own}", "", answer.text)
        seen[name, password, code] = (answer.status_code, text, tuple(work))
    assert len(set(seen.values())) == 1, {case: one[2] for case, one in seen.items()}


def test_of_two_who_show_the_same_one_time_password_at_once_one_gets_in(registry):
    visitor, secret = signed_in(registry, "twice", Role.SUBMITTER), pyotp.random_base32()
    code = pyotp.TOTP(secret).at(registry.clock())
    shown = visitor.post("/account/second-factor", secret=secret, password=PASSWORD, code=code)
    assert shown.status_code == 303
    registry.clock.forward(minutes=1)
    now = registry.clock()
    typed = signing_in.Shown(code=pyotp.TOTP(secret).at(now))
    with registry.session() as first, registry.session() as second:
        known = services.find_account(second, "twice")  # as it was before the first is let in
        _, strong = signing_in.sign_in(first, "twice", PASSWORD, typed, now=now)
        first.commit()
        assert strong
        with pytest.raises(SignInRefused):
            signing_in.sign_in(second, "twice", PASSWORD, typed, now=now)
        assert known.name == "twice"  # it was held until here


def test_what_is_secret_is_compared_in_a_time_that_tells_nothing(registry, monkeypatch):
    """How far a guess is right must not show: each comparison of a secret is `hmac`'s."""
    compared: list[bytes] = []
    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda *two: compared.extend(two) or compare(*two))
    now = registry.clock()
    guesses = {
        "the token of a form": browser.check_form,
        "where an OpenID provider leads back to": partial(leaving.come_back, "x.guess", now=now),
        "what a passkey was asked": partial(passkeys.use, None, None, "x.guess", "", now=now),
        "a one-time password": partial(
            second_factor.step_of, pyotp.random_base32(), "guess", now=now
        ),
    }
    sent = {"data": {"form_token": "guess"}, "headers": {"Cookie": f"refcheck={'x' * 43}"}}
    app = registry.client.application
    for what, guess in guesses.items():
        compared.clear()
        with app.test_request_context("/", method="POST", **sent), pytest.raises(RefcheckError):
            guess()
        assert b"guess" in compared, what
    watched = replace(registry.settings, metrics_token="x" * 24)
    asked = {"Authorization": "Bearer guess"}
    assert create_app(watched).test_client().get("/metrics", headers=asked).status_code == 404
    assert b"Bearer guess" in compared


def test_a_session_that_somebody_planted_is_of_no_use(registry):
    """Session fixation: the secret from before signing in is never the one from after."""
    with_password(registry, "planted")
    for planted in (secrets.token_urlsafe(32), "", "x", "refcheck"):
        browser, attacker = Visitor(registry), Visitor(registry)
        for one in (browser, attacker):
            one.client.set_cookie("refcheck", planted)
        token = browser.form_token()
        given = {"form_token": token, "name": "planted", "password": PASSWORD}
        signed = browser.client.post("/sign-in", data=given)
        held = browser.client.get_cookie("refcheck").value
        if signed.status_code == 303:
            assert held != planted
        assert attacker.get("/account").status_code == 303  # to the form for signing in


def test_the_secret_of_a_session_is_in_no_answer(registry, victim):
    held = victim.browser.client.get_cookie("refcheck").value
    for method, rule in rules(registry):
        if method == "GET":
            answer = victim.browser.get(address(registry, rule, victim.values_for(rule)))
            assert held not in answer.text, rule.rule
            assert victim.token not in answer.text, rule.rule


def test_signing_out_and_in_renews_what_forms_carry(registry):
    with_password(registry, "renewed")
    browser = visiting_as(registry, "renewed")
    before = browser.form_token()
    assert browser.post("/sign-out").status_code == 303
    assert browser.client.post("/vendors", data={"form_token": before}).status_code == 403


SURPLUS = {
    "id": 1, "account_id": 1, "holder_id": 1, "vendor_id": 1, "role": "administrator",
    "state": "approved", "decided_by_id": 1, "password_hash": "x", "strong": True,
    "disabled_at": None, "second_factor": "x", "shared_at": "2026-01-01T00:00:00Z",
    "qualifies": True, "mark": "OpenStack Powered Platform", "is_admin": True, "scopes": "administer",
    "registered_at": "1999-01-01T00:00:00Z", "added_at": "1999-01-01T00:00:00Z", "__class__": "x",
    "constructor": {"prototype": {}}, "search": "x", "label": "Mine", "revoked_at": None,
}  # fmt: skip
KNOWN = {"state", "role", "scopes", "place"}
"""Fields that some form has; they are tried where it has not."""


def rows(registry):
    """What of the database no submitter may set, whatever they send."""
    with registry.session() as session:
        return {
            "accounts": session.execute(
                select(Account.id, Account.name, Account.role, Account.disabled_at)
            ).all(),
            "vendors": session.execute(
                select(Vendor.id, Vendor.state, Vendor.decided_by_id, Vendor.registered_at)
            ).all(),
            "members": session.execute(select(Membership.vendor_id, Membership.account_id)).all(),
            "products": session.execute(select(Product.id, Product.vendor_id)).all(),
            "clouds": session.execute(select(Cloud.id, Cloud.holder_id, Cloud.label)).all(),
            "results": session.execute(select(StoredResult.id, StoredResult.account_id)).all(),
        }


def test_fields_that_nobody_asked_for_change_nothing(registry, victim, foe):
    before = rows(registry)
    for method, rule in rules(registry):
        if method in SAFE or rule.rule.endswith(("/sign-out", "end-others", "/leave", "/remove")):
            continue
        if {"session_id", "prefix", "keyid", "identity_id"} & rule.arguments or method == "DELETE":
            continue
        values = {**foe.values_for(rule), "member": "no-one"}
        fields = {**SURPLUS, "name": "Kept", "contact": "x@example.org", "kind": "component"}
        answer = ask(foe, method, address(registry, rule, values), **(fields | {"revision": 1}))
        assert answer.status_code < 500, rule.rule
    after = rows(registry)
    for table, was in before.items():
        known = {row[0]: row for row in was}
        changed = [row for row in after[table] if row[0] in known and row not in was]
        assert changed == [], table
    assert all(one.state == "pending" for one in after["vendors"])
    assert {one.role for one in after["accounts"]} == {Role.SUBMITTER}
