"""Passkeys as second factor, and everything that looks like one and is none."""

from __future__ import annotations

import json

import pyotp
import pytest
from click.testing import CliRunner
from refcheck_server.accounts import browser, services
from refcheck_server.accounts.errors import BadSecondFactor
from refcheck_server.accounts.models import Passkey
from refcheck_server.accounts.passkeys import MOST, of, use
from refcheck_server.accounts.rights import Role, Scope
from refcheck_server.command import registry as command
from sqlalchemy import select

from tests.server.authenticator import Device, add_passkey, asked, sign_in
from tests.server.visitor import PASSWORD, Visitor, signed_in, visiting_as, with_password


def passkeys(registry, name):
    with registry.session() as session:
        account = services.find_account(session, name)
        return session.scalars(select(Passkey).where(Passkey.account_id == account.id)).all()


def equipped(registry, name, role=Role.SUBMITTER):
    """A device whose passkey is the second factor of a new account."""
    visitor, device = signed_in(registry, name, role), Device()
    answer = add_passkey(visitor, device)
    assert (answer.status_code, answer.location) == (303, "/account#second-factor"), answer.text
    return visitor, device


def test_a_role_that_needs_a_second_factor_is_in_force_with_a_passkey(registry):
    visitor, device = equipped(registry, "keyed", Role.ADMINISTRATOR)
    assert visitor.get("/accounts").status_code == 200  # this session saw the passkey made
    assert "a key" in visitor.get("/account").text
    again = Visitor(registry)
    assert sign_in(again, "keyed", device).status_code == 303
    assert again.get("/accounts").status_code == 200
    [kept] = passkeys(registry, "keyed")
    assert (kept.uses, kept.used_at) == (1, registry.clock())


def test_a_password_alone_is_no_longer_enough(registry):
    equipped(registry, "not-enough")
    for more in ({}, {"code": "123456"}, {"passkey": "{}"}, {"passkey": "x", "challenge": "y"}):
        assert Visitor(registry).sign_in("not-enough", **more).status_code == 401
    assert Visitor(registry).sign_in("not-enough", "wrong").status_code == 401


LIES = {
    "another site's": {"site": "evil.example"},
    "from another site's page": {"origin": "http://evil.example"},
    "from a page without encryption": {"origin": "http://localhost:8080"},
    "nobody was there": {"flags": 0},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_was_given_to_another_page_counts_for_nothing(registry, lie):
    name = f"lied-{list(LIES).index(lie)}"
    _, device = equipped(registry, name)
    for attribute, value in LIES[lie].items():
        setattr(device, attribute, value)
    assert sign_in(Visitor(registry), name, device).status_code == 401
    other = signed_in(registry, f"new-{name}")
    made = Device(**LIES[lie])
    assert add_passkey(other, made).status_code == 400
    assert passkeys(registry, f"new-{name}") == []


def test_an_answer_counts_once_in_one_browser_and_soon(registry):
    _, device = equipped(registry, "once")
    visitor, other = Visitor(registry), Visitor(registry)
    carried = asked(visitor, "/sign-in")
    answer = device.shown(carried["challenge"])
    assert other.sign_in("once", passkey=answer, **carried).status_code == 401
    registry.clock.forward(minutes=11)
    assert visitor.sign_in("once", passkey=answer, **carried).status_code == 401
    carried = asked(visitor, "/sign-in")
    answer = device.shown(carried["challenge"])
    assert visitor.sign_in("once", passkey=answer, **carried).status_code == 303
    assert visitor.post("/sign-out").status_code == 303
    assert visitor.sign_in("once", passkey=answer, **carried).status_code == 401


def test_of_two_who_show_the_same_answer_at_once_one_gets_in(registry):
    _, device = equipped(registry, "shown-twice")
    app, now = registry.client.application, registry.clock()
    cookie = {"Cookie": f"refcheck={'x' * 43}"}
    with (
        app.test_request_context("/", headers=cookie),
        registry.session() as first,
        registry.session() as second,
    ):
        challenge = browser.seal("passkey to sign in", "", now=now)
        answer = device.shown(challenge)
        one, two = (services.find_account(each, "shown-twice") for each in (first, second))
        before = of(second, two.id)  # as it was before the first is let in
        use(first, one, challenge, answer, now=now)
        first.commit()
        with pytest.raises(BadSecondFactor):
            use(second, two, challenge, answer, now=now)
        assert len(before) == 1  # it was held until here


def test_an_account_has_so_many_passkeys_and_no_more(registry):
    visitor, _ = equipped(registry, "collector")
    with registry.session() as session, session.begin():
        account_id, now = services.find_account(session, "collector").id, registry.clock()
        for number in range(MOST - 1):
            session.add(
                Passkey(
                    account_id=account_id, credential=f"key {number}".encode(), public_key=b"",
                    uses=0, name=str(number), added_at=now,
                )
            )  # fmt: skip
    answer = add_passkey(visitor, Device())
    assert answer.status_code == 400
    assert f"has {MOST} passkeys" in answer.text
    assert len(passkeys(registry, "collector")) == MOST


def test_a_copy_of_the_device_is_noticed(registry):
    _, device = equipped(registry, "copied")
    device.uses = 7
    assert sign_in(Visitor(registry), "copied", device).status_code == 303
    device.uses = 3
    assert sign_in(Visitor(registry), "copied", device).status_code == 401


def test_another_account_s_passkey_is_none_of_this_one(registry):
    _, device = equipped(registry, "first-owner")
    equipped(registry, "second-owner")
    assert sign_in(Visitor(registry), "second-owner", device).status_code == 401
    taken = add_passkey(signed_in(registry, "third-owner"), device)
    assert taken.status_code == 409


def test_a_challenge_for_one_thing_is_good_for_no_other(registry):
    visitor, device = equipped(registry, "purposes")
    carried = asked(visitor, "/account/passkeys/new")
    assert visitor.sign_in("purposes", passkey=device.shown(carried["challenge"]), **carried).status_code == 401  # fmt: skip


def test_a_thief_of_a_session_adds_and_removes_none(registry):
    _, device = equipped(registry, "robbed")
    stolen = visiting_as(registry, "robbed", strong=True)
    assert add_passkey(stolen, Device(), password="a guess of the thief").status_code == 400
    weak = visiting_as(registry, "robbed")
    assert add_passkey(weak, Device()).status_code == 400
    [kept] = passkeys(registry, "robbed")
    path = f"/account/passkeys/{kept.id}/remove"
    assert stolen.post(path, password="a guess of the thief").status_code == 400
    assert weak.post(path, password=PASSWORD).status_code == 400
    other = signed_in(registry, "other-thief")
    assert other.post(path, password=PASSWORD).status_code == 404
    assert stolen.post(path, password=PASSWORD).status_code == 303
    assert passkeys(registry, "robbed") == []
    assert sign_in(Visitor(registry), "robbed", device).status_code == 303  # no second factor now


def test_one_time_passwords_are_not_set_up_by_a_session_that_began_without_the_passkey(registry):
    equipped(registry, "passed-over")
    weak, totp = visiting_as(registry, "passed-over"), pyotp.TOTP(pyotp.random_base32())
    sent = {"secret": totp.secret, "code": totp.at(registry.clock()), "password": PASSWORD}
    answer = weak.post("/account/second-factor", **sent)
    assert answer.status_code == 400
    assert "began without the second factor" in answer.text


def test_adding_one_ends_every_other_session(registry):
    visitor, other = signed_in(registry, "elsewhere"), visiting_as(registry, "elsewhere")
    assert add_passkey(visitor, Device()).status_code == 303
    assert other.get("/account").status_code == 303
    assert visitor.get("/account").status_code == 200


def test_removing_one_ends_every_other_session(registry):
    visitor, device = equipped(registry, "stolen")
    thief = Visitor(registry)
    assert sign_in(thief, "stolen", device).status_code == 303
    [held] = passkeys(registry, "stolen")
    answer = visitor.post(f"/account/passkeys/{held.id}/remove", password=PASSWORD)
    assert answer.status_code == 303
    assert thief.get("/account").status_code == 303
    assert visitor.get("/account").status_code == 200


def test_a_password_that_is_set_by_another_does_away_with_them(registry):
    equipped(registry, "lost-device")
    where = ["--database", registry.settings.database_url]
    given = ["account", "password", "lost-device", "--stdin", *where]
    ended = CliRunner().invoke(command, given, input="another battery, another horse\n")
    assert ended.exit_code == 0, ended.output
    assert passkeys(registry, "lost-device") == []


def test_what_no_browser_sends_is_refused_and_no_fault_of_ours(registry):
    visitor = signed_in(registry, "nonsense")
    carried = asked(visitor, "/account/passkeys/new")
    good = json.loads(Device().made(carried["challenge"]))
    bad = ["", "[]", "null", "7", '"x"', "{}", "[" * 50_000, '{"rawId": 1}', "\x00"]
    for part in (good, good["response"]):
        for name, value in list(part.items()):
            for wrong in (None, "é", []):
                part[name] = wrong
                bad.append(json.dumps(good))
            part[name] = value
    for answer in bad:
        fields = {"name": "x", "password": PASSWORD, "passkey": answer, **carried}
        told = visitor.post("/account/passkeys", **fields)
        # what the standard lets a browser add as it likes is not looked at
        assert told.status_code == 400 or "clientExtensionResults" in answer, answer[:200]
        assert told.status_code in {303, 400, 409}, answer[:200]


def test_a_token_is_no_more_than_the_session_that_made_it(registry):
    """An administrator without a second factor must not give themselves a token that has it."""
    weak = signed_in(registry, "half-way", Role.ADMINISTRATOR)
    assert weak.get("/accounts").status_code == 403
    page = weak.post("/account/tokens", scopes=list(Scope), days="30").text
    token = page.split("<code>rck_")[1].split("<")[0]
    given = {"Authorization": f"Bearer rck_{token}"}
    assert registry.client.get("/api/v1/accounts", headers=given).status_code == 403
    visitor, _ = equipped(registry, "all-the-way", Role.ADMINISTRATOR)
    page = visitor.post("/account/tokens", scopes=list(Scope), days="30").text
    token = page.split("<code>rck_")[1].split("<")[0]
    given = {"Authorization": f"Bearer rck_{token}"}
    assert registry.client.get("/api/v1/accounts", headers=given).status_code == 200


def test_a_token_from_before_a_role_was_given_has_not_the_role_without_a_second_factor(registry):
    with_password(registry, "promoted")
    weak = visiting_as(registry, "promoted")
    page = weak.post("/account/tokens", scopes=list(Scope), days="30").text
    token = page.split("<code>rck_")[1].split("<")[0]
    with registry.session() as session, session.begin():
        services.find_account(session, "promoted").role = Role.ADMINISTRATOR
    given = {"Authorization": f"Bearer rck_{token}"}
    assert registry.client.get("/api/v1/accounts", headers=given).status_code == 403
