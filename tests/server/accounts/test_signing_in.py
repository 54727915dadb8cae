"""Signing in with a password, what a session may do, and when it ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
import segno
from click.testing import CliRunner
from refcheck_server.accounts import services, signing_in
from refcheck_server.accounts.models import Account, SignedIn
from refcheck_server.accounts.rights import Role
from refcheck_server.app import create_app
from refcheck_server.command import registry as command
from refcheck_server.settings import from_environment
from sqlalchemy import select

from tests.server.conftest import Clock, Registry
from tests.server.visitor import PASSWORD, Visitor, signed_in, visiting_as, with_password

NEW = "another battery, another horse"


def administer(registry, *arguments, given=None):
    ended = CliRunner().invoke(
        command,
        ["account", *arguments, "--database", registry.settings.database_url],
        input=given,
    )
    assert ended.exit_code == 0, ended.output
    return ended.output


def account_of(registry, name):
    with registry.session() as session:
        return session.scalar(select(Account).where(Account.name == name))


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/account").status_code == 200


def set_up_second_factor(visitor: Visitor) -> pyotp.TOTP:
    page = visitor.get("/account/second-factor").text
    secret = page.split('name="secret" value="')[1].split('"')[0]
    totp = pyotp.TOTP(secret)
    answer = visitor.post(
        "/account/second-factor", secret=secret, password=PASSWORD, code=code(visitor, totp)
    )
    assert answer.status_code == 303, answer.text
    return totp


def code(visitor: Visitor, totp: pyotp.TOTP) -> str:
    return totp.at(visitor.registry.clock())


def test_the_right_password_leads_to_the_own_account(registry):
    visitor = Visitor(registry)
    answer = visitor.sign_in(with_password(registry, "alice"))
    assert (answer.status_code, answer.location) == (303, "/account")
    page = visitor.get("/account").text
    assert "alice" in page
    assert "submitter" in page


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_new_at_each_sign_in(registry):
    visitor = Visitor(registry)
    before = visitor.get("/sign-in").headers["Set-Cookie"]
    after = visitor.sign_in(with_password(registry, "cookie")).headers["Set-Cookie"]
    for cookie in (before, after):
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {
            part.strip() for part in cookie.split(";")
        }
    assert before.split(";")[0] != after.split(";")[0]


def test_behind_tls_the_cookie_is_for_this_host_and_encrypted_ways_only(registry):
    app = create_app(
        from_environment(
            {"REFCHECK_REGISTRY_PUBLIC_URL": "https://registry.example.org"},
            database=registry.settings.database_url,
        )
    )
    cookie = app.test_client().get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("__Host-refcheck=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    app.extensions["refcheck_database"].engine.dispose()


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/clouds/" + "0" * 64 + "?page=2", "/clouds/" + "0" * 64 + "?page=2"),
        ("https://evil.example", "/account"),
        ("//evil.example", "/account"),
        ("/\\evil.example", "/account"),
        ("/\t/evil.example", "/account"),
        ("javascript:alert(1)", "/account"),
        ("evil", "/account"),
    ],
)
def test_signing_in_leads_on_within_the_registry_only(registry, wanted, reached):
    if account_of(registry, "onward") is None:
        with_password(registry, "onward")
    assert Visitor(registry).sign_in("onward", next=wanted).location == reached


def test_a_page_that_needs_an_account_leads_there_after_signing_in(registry):
    visitor = Visitor(registry)
    asked = visitor.get("/account/second-factor")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=/account/second-factor")


def test_a_form_from_elsewhere_is_refused(registry):
    visitor = signed_in(registry, "csrf")
    other = Visitor(registry).form_token()
    for fields in ({}, {"form_token": ""}, {"form_token": other}, {"form_token": "é"}):
        answer = visitor.client.post("/account/sessions/end-others", data=fields)
        assert answer.status_code == 403
        assert "not sent from a page of this registry" in answer.text
    fields = {"name": "csrf", "password": PASSWORD}
    assert Visitor(registry).client.post("/sign-in", data=fields).status_code == 403


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(registry):
    visitor = signed_in(registry, "leaving")
    stolen = Visitor(registry)
    stolen.client.set_cookie("refcheck", visitor.client.get_cookie("refcheck").value)
    assert is_signed_in(stolen)
    visitor.post("/sign-out")
    assert not is_signed_in(visitor)
    assert not is_signed_in(stolen)


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(registry):
    idle, busy = signed_in(registry, "idle"), signed_in(registry, "busy")
    for _ in range(7):
        registry.clock.forward(hours=1, minutes=40)
        assert is_signed_in(busy)
    assert not is_signed_in(idle)
    registry.clock.forward(minutes=30)
    assert not is_signed_in(busy)


def test_sessions_that_are_over_are_forgotten_when_another_begins(registry):
    busy = signed_in(registry, "long-busy")
    for turn in range(8):
        registry.clock.forward(hours=1, minutes=30)
        busy.get("/account")
        if turn == 4:
            signed_in(registry, "left-idle")
    signed_in(registry, "just-come")
    with registry.session() as session:
        kept = {one.account.name for one in session.scalars(select(SignedIn))}
    assert "just-come" in kept
    assert not {"left-idle", "long-busy"} & kept


def test_a_session_that_began_as_its_account_was_disabled_is_of_no_use(registry):
    visitor = signed_in(registry, "raced")
    with registry.session() as session, session.begin():
        services.find_account(session, "raced").disabled_at = registry.clock()
    assert not is_signed_in(visitor)


def test_a_cookie_that_the_registry_cannot_have_given_out_is_replaced(registry):
    for foreign in ("x", "x" * 500, "x" * 42 + "/"):
        visitor = Visitor(registry)
        visitor.client.set_cookie("refcheck", foreign)
        visitor.get("/sign-in")
        assert visitor.client.get_cookie("refcheck").value != foreign


def test_another_password_ends_every_other_session(registry):
    here = signed_in(registry, "changing")
    there = Visitor(registry)
    there.sign_in("changing")
    refused = here.post("/account/password", password="wrong", new_password=NEW)
    assert refused.status_code == 400
    assert "present password is not right" in refused.text
    assert is_signed_in(there)
    changed = here.post("/account/password", password=PASSWORD, new_password=NEW)
    assert changed.status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert there.sign_in("changing").status_code == 401
    assert there.sign_in("changing", NEW).status_code == 303


@pytest.mark.parametrize("bad", ["short", "x" * 257, "aaaaaaaaaaaaaaaa", "guesser and guesser"])
def test_a_password_that_is_easy_to_guess_is_refused(registry, bad):
    if account_of(registry, "guesser") is None:
        with_password(registry, "guesser")
    visitor = Visitor(registry)
    visitor.sign_in("guesser")
    answer = visitor.post("/account/password", password=PASSWORD, new_password=bad)
    assert answer.status_code == 400
    assert "12 to 256 characters" in answer.text


def test_the_database_holds_neither_password_nor_session_nor_second_factor(registry):
    visitor = signed_in(registry, "digests")
    totp = set_up_second_factor(visitor)
    kept = account_of(registry, "digests")
    assert kept.password_hash.startswith("$argon2id$")
    assert totp.secret.encode() not in kept.second_factor
    secret = visitor.client.get_cookie("refcheck").value
    with registry.session() as session:
        for one in session.scalars(select(SignedIn)):
            assert secret not in (one.sha256, one.device)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR])
def test_these_roles_are_in_force_only_with_a_second_factor(registry, role):
    visitor = signed_in(registry, f"{role}-1", role)
    assert f"The role {role} is not in force" in visitor.get("/account").text
    totp = set_up_second_factor(visitor)
    assert "not in force" not in visitor.get("/account").text
    registry.clock.forward(minutes=5)
    again = Visitor(registry)
    for wrong in ("", "000000", totp.at(registry.clock() - timedelta(minutes=5))):
        assert again.sign_in(f"{role}-1", code=wrong).status_code == 401
    assert again.sign_in(f"{role}-1", code=code(again, totp)).status_code == 303
    assert "not in force" not in again.get("/account").text


def test_the_secret_is_drawn_for_the_camera_of_an_app_and_the_page_needs_no_script(registry):
    answer = signed_in(registry, "drawn").get("/account/second-factor")
    secret = re.search(r'name="secret" value="(\w{32})"', answer.text)[1]
    address = pyotp.TOTP(secret).provisioning_uri(name="drawn", issuer_name="refcheck registry")
    black = [
        "".join(str(cell) for cell in row) for row in segno.make_qr(address).matrix_iter(border=4)
    ]
    assert drawn_in(answer.text) == black
    assert 'fill="#fff"' in answer.text  # on a dark screen too
    assert re.search(r'role="img" aria-label="QR code[^"]+"><svg viewBox', answer.text)
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "style=" not in answer.text


def drawn_in(page: str) -> list[str]:
    """The rows of a QR code, 1 for black, from the strokes that it is drawn with."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', page)[1])
    cells, x, y = [[0] * size for _ in range(size)], 0, 0.0
    strokes = re.search(r'stroke="#000" d="([^"]+)"', page)[1]
    for step, one, other in re.findall(r"([Mmh])(-?\d+)(?: (-?[\d.]+))?", strokes):
        x += int(one)
        y += float(other or 0)
        if step == "h":
            cells[int(y)][x - int(one) : x] = [1] * int(one)
    return ["".join(map(str, row)) for row in cells]


def test_a_one_time_password_counts_once(registry):
    visitor = signed_in(registry, "once")
    totp = set_up_second_factor(visitor)
    assert Visitor(registry).sign_in("once", code=code(visitor, totp)).status_code == 401
    registry.clock.forward(seconds=30)
    assert Visitor(registry).sign_in("once", code=code(visitor, totp)).status_code == 303
    assert Visitor(registry).sign_in("once", code=code(visitor, totp)).status_code == 401


def test_a_one_time_password_is_good_for_its_moment_and_the_ones_beside_it(registry):
    visitor = signed_in(registry, "momentary")
    totp = set_up_second_factor(visitor)
    registry.clock.forward(minutes=5)
    for steps, status in ((-2, 401), (2, 401), (-1, 303), (1, 303)):
        typed = totp.at(registry.clock() + timedelta(seconds=30 * steps))
        assert Visitor(registry).sign_in("momentary", code=typed).status_code == status, steps


def test_the_second_factor_outlives_a_change_of_the_password(registry):
    visitor = signed_in(registry, "keeping")
    totp = set_up_second_factor(visitor)
    visitor.post("/account/password", password=PASSWORD, new_password=NEW)
    registry.clock.forward(seconds=60)
    again = Visitor(registry)
    assert again.sign_in("keeping", NEW).status_code == 401
    assert again.sign_in("keeping", NEW, code=code(again, totp)).status_code == 303


def test_a_thief_of_a_session_cannot_replace_the_second_factor(registry):
    visitor = signed_in(registry, "second")
    set_up_second_factor(visitor)
    other = pyotp.TOTP(pyotp.random_base32())
    answer = visitor.post(
        "/account/second-factor", secret=other.secret, password=PASSWORD, code=code(visitor, other)
    )
    assert answer.status_code == 400
    assert "has a second factor already" in answer.text


def test_a_secret_that_is_none_is_told(registry):
    visitor = signed_in(registry, "odd")
    for secret in ("", "not base 32!", "0", "AAAA", "A" * 5000):
        answer = visitor.post("/account/second-factor", secret=secret, password=PASSWORD, code="1")
        assert answer.status_code == 400
        assert f'name="secret" value="{secret}"' not in answer.text


def test_someone_else_s_session_cannot_be_ended(registry):
    signed_in(registry, "victim")
    with registry.session() as session:
        one = session.scalar(select(SignedIn).order_by(SignedIn.id.desc()))
    intruder = signed_in(registry, "intruder")
    assert intruder.post(f"/account/sessions/{one.id}/end").status_code == 404
    with registry.session() as session:
        assert session.get(SignedIn, one.id) is not None


def test_what_an_administrator_does_by_command_takes_effect_at_the_next_request(registry):
    visitor = signed_in(registry, "managed")
    administer(registry, "role", "managed", "auditor")
    assert "auditor" in visitor.get("/account").text
    assert "managed  auditor, password" in administer(registry, "list")
    administer(registry, "sign-out", "managed")
    assert not is_signed_in(visitor)
    administer(registry, "disable", "managed")
    assert visitor.sign_in("managed").status_code == 401
    administer(registry, "enable", "managed")
    assert visitor.sign_in("managed").status_code == 303
    administer(registry, "disable", "managed")
    assert not is_signed_in(visitor)
    administer(registry, "enable", "managed")
    administer(registry, "password", "managed", "--stdin", given=f"{NEW}\n")
    assert visitor.sign_in("managed").status_code == 401
    assert visitor.sign_in("managed", NEW).status_code == 303


def test_the_token_of_a_disabled_account_is_refused(registry):
    member = registry.join("machine")
    administer(registry, "disable", "machine")
    answer = registry.send(b"{}", token=member.token)
    assert answer.status_code == 403
    assert "the account machine is disabled" in answer.get_json()["error"]["fault"]


def test_guessing_is_slowed_down_by_address_and_by_account(registry):
    app = create_app(
        from_environment(
            {"REFCHECK_REGISTRY_SIGN_IN_RATE": "3 per hour", "REFCHECK_REGISTRY_PROXIES": "1"},
            database=registry.settings.database_url,
        ),
        now=Clock(),
    )
    guessed = Registry(registry.settings, registry.database, app.test_client(), registry.clock)
    name = with_password(registry, "guessed")

    def guess(address: str, name: str = name, typed: str = "wrong wrong wrong") -> int:
        visitor = Visitor(guessed)
        visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = address
        return visitor.sign_in(name, typed).status_code

    assert [guess(f"10.0.3.{n}", typed=PASSWORD) for n in range(4)] == [303] * 4
    assert [guess("10.0.0.1", name=f"name-{n}") for n in range(4)] == [401, 401, 401, 429]
    spelled = [name, name.upper(), f" {name}", name]
    assert [guess(f"10.0.1.{n}", one) for n, one in enumerate(spelled)] == [401, 401, 401, 429]
    assert guess("10.0.2.1", typed=PASSWORD) == 429
    assert guess("10.0.3.1", typed=PASSWORD) == 303  # strangers do not keep the owner out
    thief = visiting_as(guessed, name)
    answers = [
        thief.post("/account/password", password="wrong", new_password=NEW).status_code
        for _ in range(4)
    ]
    assert answers == [400, 400, 400, 429]
    app.extensions["refcheck_database"].engine.dispose()


def test_who_has_no_password_cannot_change_it(registry):
    with registry.session() as session, session.begin():
        account = services.add_account(session, "none", now=registry.clock())
        with pytest.raises(signing_in.BadPassword):
            signing_in.change_password(session, account, "", NEW, keep=None, now=registry.clock())


def test_pages_for_one_reader_are_not_kept_by_caches(registry):
    visitor = signed_in(registry, "cached")
    assert visitor.get("/").headers["Cache-Control"] == "no-store"
    assert "no-store" not in registry.client.get("/").headers.get("Cache-Control", "")
