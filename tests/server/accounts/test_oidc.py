"""Signing in at an OpenID provider: a real one, and one that lies in every way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from datetime import UTC, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey
from refcheck_server.accounts.models import Account, Identity
from refcheck_server.accounts.rights import Role
from refcheck_server.app import create_app
from refcheck_server.audit.models import AuditEvent
from refcheck_server.settings import BadSetting, from_environment
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from tests.server.accounts.conftest import RATES
from tests.server.authenticator import Device, add_passkey
from tests.server.conftest import Clock, Registry
from tests.server.visitor import PASSWORD, Visitor, signed_in, visiting_as, with_password

CLIENT, LINK = "registry", "/account/identities/new"


def with_provider(registry, issuer, **more):
    environ = {
        **RATES,
        "REFCHECK_REGISTRY_OIDC_ISSUER": issuer,
        "REFCHECK_REGISTRY_OIDC_CLIENT_ID": CLIENT,
        "REFCHECK_REGISTRY_OIDC_CLIENT_SECRET": "secret",
        **more,
    }
    settings = from_environment(environ, database=registry.settings.database_url)
    clock = Clock(datetime.now(UTC))
    app = create_app(settings, now=clock)
    return Registry(settings, registry.database, app.test_client(), clock)


@pytest.fixture(scope="module")
def provider():
    with oidc_provider_mock.run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def here(registry, provider):
    return with_provider(registry, provider)


def at_provider(visitor, subject, path="/sign-in/provider"):
    """Leave for the provider, say there who one is; the address that it sends the browser back to."""
    if path == LINK:
        page = visitor.post(LINK, password=PASSWORD)
        left = unescape(re.search(r'class="go" href="([^"]+)"', page.text)[1])
        assert page.headers["Refresh"] == f"0; url={left}"
    else:
        left = visitor.get(path).location
    answer = requests.post(left, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def come_in(registry, subject):
    visitor = Visitor(registry)
    answer = visitor.get(at_provider(visitor, subject))
    return visitor, answer


def known_as(visitor):
    return visitor.get("/api/v1/account").get_json()["name"]


def test_whoever_is_new_gets_a_submitter_s_account_and_the_same_one_the_next_time(here, provider):
    requests.put(
        f"{provider}/users/alice", json={"preferred_username": "Alice Example"}, timeout=10
    )
    visitor, answer = come_in(here, "alice")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert visitor.get("/api/v1/account").get_json()["role"] == Role.SUBMITTER
    again, _ = come_in(here, "alice")
    assert known_as(again) == known_as(visitor)


def test_signing_in_leads_on_to_where_one_wanted(here):
    visitor = Visitor(here)
    back = at_provider(visitor, "onward", "/sign-in/provider?next=/account/second-factor")
    assert visitor.get(back).location == "/account/second-factor"
    visitor = Visitor(here)
    back = at_provider(visitor, "onward", "/sign-in/provider?next=https://evil.example")
    assert visitor.get(back).location == "/account"


def test_a_name_or_mail_address_of_somebody_s_leads_to_no_account_of_theirs(here, provider):
    with_password(here, "bob")
    claims = {"preferred_username": "bob", "email": "bob@example.org", "email_verified": True}
    requests.put(f"{provider}/users/evil-bob", json=claims, timeout=10)
    visitor, _ = come_in(here, "evil-bob")
    assert known_as(visitor) != "bob"


def test_an_account_links_its_identity_and_signs_in_with_it(here):
    visitor = signed_in(here, "linker")
    answer = visitor.get(at_provider(visitor, "linked", LINK))
    assert answer.location == "/account#identities"
    other, _ = come_in(here, "linked")
    assert known_as(other) == "linker"
    with here.session() as session:
        identity = session.scalar(select(Identity).where(Identity.subject == "linked"))
    stranger = signed_in(here, "unlinker")
    assert stranger.post(f"/account/identities/{identity.id}/unlink").status_code == 404
    assert visitor.post(f"/account/identities/{identity.id}/unlink").status_code == 303
    assert known_as(come_in(here, "linked")[0]) != "linker"


def test_the_log_tells_of_identities_by_issuer_and_never_by_what_they_are_called_there(
    here, provider
):
    visitor, _ = come_in(here, "mail@example.org")
    new = f"account:{known_as(visitor)}"
    assert [(one.actor, one.action) for one in told_of(here, new)] == [
        ("registry", "account.added"),
        ("registry", "identity.linked"),
    ]
    come_in(here, "mail@example.org")
    assert len(told_of(here, new)) == 2
    visitor = signed_in(here, "told-linker")
    visitor.get(at_provider(visitor, "other@example.org", LINK))
    linked = told_of(here, "account:told-linker")[-1]
    assert (linked.actor, linked.action) == ("account:told-linker", "identity.linked")
    assert json.loads(linked.detail)["issuer"] == provider
    assert "@" not in "".join(one.detail + one.subject for one in told_of(here))


def told_of(registry, subject=None):
    with registry.session() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.number)).all()
    return [one for one in events if subject in {None, one.subject}]


def test_an_identity_leads_to_one_account_only(here):
    come_in(here, "taken")
    visitor = signed_in(here, "taker")
    answer = visitor.get(at_provider(visitor, "taken", LINK))
    assert answer.status_code == 409
    assert "leads to another account" in answer.text


def test_the_only_way_in_is_not_taken_away(here):
    visitor, _ = come_in(here, "only")
    with here.session() as session:
        identity = session.scalar(select(Identity).where(Identity.subject == "only"))
    assert visitor.post(f"/account/identities/{identity.id}/unlink").status_code == 409


def test_a_disabled_account_does_not_come_in_this_way_either(here):
    visitor, _ = come_in(here, "disabled")
    with here.session() as session, session.begin():
        name = known_as(visitor)
        session.scalar(select(Account).where(Account.name == name)).disabled_at = here.clock()
    _, answer = come_in(here, "disabled")
    assert answer.status_code == 401
    assert "is disabled" in answer.text


def test_nobody_finishes_what_another_browser_began_nor_twice_nor_late(here):
    visitor = Visitor(here)
    back = at_provider(visitor, "carol")
    other = Visitor(here)
    other.form_token()
    assert other.get(back).status_code == 401
    assert visitor.get(back.replace("state=", "state=x")).status_code == 401
    assert visitor.get("/sign-in/provider/return?code=x").status_code == 401
    assert visitor.get(back).status_code == 303
    assert visitor.get(back).status_code == 401
    late = Visitor(here)
    back = at_provider(late, "carol")
    here.clock.forward(minutes=11)
    answer = late.get(back)
    here.clock.forward(minutes=-11)
    assert answer.status_code == 401
    assert "or too long ago" in answer.text


def test_no_other_site_begins_a_link_nor_a_thief_of_the_session(here):
    visitor = signed_in(here, "unaware")
    assert visitor.get(LINK).status_code == 405
    assert visitor.client.post(LINK).status_code == 403
    assert visitor.post(LINK, password="a guess of the thief").status_code == 400
    assert add_passkey(visitor, Device()).status_code == 303
    weak = visiting_as(here, "unaware")
    assert weak.post(LINK, password=PASSWORD).status_code == 400
    assert visitor.post(LINK, password=PASSWORD).status_code == 200


def test_whom_another_site_sends_to_sign_in_is_asked_first(here):
    sent = Visitor(here).get("/sign-in/provider", headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.location == "/sign-in"


def test_a_link_is_not_made_for_whoever_signs_in_meanwhile(here):
    visitor = signed_in(here, "first")
    back = at_provider(visitor, "someone", LINK)
    visitor.post("/sign-out")
    visitor.sign_in(with_password(here, "second"))
    assert visitor.get(back).status_code == 401
    with here.session() as session:
        assert session.scalar(select(Identity).where(Identity.subject == "someone")) is None


def test_who_refuses_at_the_provider_comes_back_to_a_page_that_says_so(here):
    visitor = Visitor(here)
    left = visitor.get("/sign-in/provider").location
    state = parse_qs(urlsplit(left).query)["state"][0]
    answer = visitor.get(f"/sign-in/provider/return?error=access_denied&state={state}")
    assert answer.status_code == 401
    assert "did not sign you in" in answer.text


def test_an_answer_that_another_provider_gives_counts_for_nothing(here):
    """RFC 9207: a provider that says who it is must be the one that was asked."""
    visitor = Visitor(here)
    back = at_provider(visitor, "mixed-up")
    answer = visitor.get(f"{back}&iss=https://evil.example")
    assert answer.status_code == 401
    assert "nother provider answered" in answer.text


def test_without_a_provider_there_is_no_such_way_in(registry):
    visitor = Visitor(registry)
    assert "provider" not in visitor.get("/sign-in").text
    assert visitor.get("/sign-in/provider").status_code == 404


def test_a_role_that_needs_a_second_factor_needs_it_from_the_provider_too(here, registry, provider):
    visitor, _ = come_in(here, "reviewer")
    with here.session() as session, session.begin():
        name = known_as(visitor)
        session.scalar(select(Account).where(Account.name == name)).role = Role.REVIEWER
    assert "not in force" in visitor.get("/account").text
    trusting = with_provider(registry, provider, REFCHECK_REGISTRY_OIDC_SECOND_FACTOR="yes")
    visitor, _ = come_in(trusting, "reviewer")
    assert "not in force" not in visitor.get("/account").text


class Liar:
    """A provider whose ID tokens are what a test makes of them."""

    def __init__(self, httpserver):
        self.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        self.issuer = httpserver.url_for("").rstrip("/")
        self.asked = []
        self.token = ""
        httpserver.expect_request("/.well-known/openid-configuration").respond_with_json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )
        httpserver.expect_request("/keys").respond_with_json(
            {"keys": [self.key.as_dict(private=False)]}
        )
        httpserver.expect_request("/token").respond_with_handler(self._hand_out)

    def _hand_out(self, request):
        self.asked.append(request.form.to_dict())
        body = {"access_token": "x", "token_type": "Bearer", "id_token": self.token}
        return Response(json.dumps(body), content_type="application/json")

    def sign(self, key=None, header=None, **claims):
        now = int(time.time())
        good = {"iss": self.issuer, "aud": CLIENT, "sub": "liar", "iat": now, "exp": now + 300}
        made = {name: value for name, value in {**good, **claims}.items() if value is not None}
        header = header or {"alg": "RS256", "kid": "one"}
        self.token = jwt.encode(header, made, key or self.key, algorithms=[header["alg"]])


def with_the_public_key_as_a_secret(liar, nonce):
    """What a checker that lets the token choose the algorithm takes for good."""
    liar.sign(nonce=nonce)
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=")
    signed = head + b"." + liar.token.split(".")[1].encode()
    digest = hmac.digest(liar.key.as_pem(private=False), signed, "sha256")
    liar.token = (signed + b"." + base64.urlsafe_b64encode(digest).rstrip(b"=")).decode()


LIES = {
    "another issuer": lambda liar, nonce: liar.sign(nonce=nonce, iss="https://evil.example"),
    "no issuer": lambda liar, nonce: liar.sign(nonce=nonce, iss=None),
    "another audience": lambda liar, nonce: liar.sign(nonce=nonce, aud="another"),
    "no audience": lambda liar, nonce: liar.sign(nonce=nonce, aud=None),
    "for another application": lambda liar, nonce: liar.sign(
        nonce=nonce, aud=[CLIENT, "another"], azp="another"
    ),
    "expired": lambda liar, nonce: liar.sign(nonce=nonce, exp=int(time.time()) - 120),
    "no expiry": lambda liar, nonce: liar.sign(nonce=nonce, exp=None),
    "from the future": lambda liar, nonce: liar.sign(nonce=nonce, iat=int(time.time()) + 3600),
    "another nonce": lambda liar, nonce: liar.sign(nonce=nonce[::-1]),
    "no nonce": lambda liar, _nonce: liar.sign(),
    "no subject": lambda liar, nonce: liar.sign(nonce=nonce, sub=None),
    "a subject that is a number": lambda liar, nonce: liar.sign(nonce=nonce, sub=7),
    "an empty subject": lambda liar, nonce: liar.sign(nonce=nonce, sub=""),
    "a subject of 1,000 letters": lambda liar, nonce: liar.sign(nonce=nonce, sub="x" * 1000),
    "another key": lambda liar, nonce: liar.sign(
        RSAKey.generate_key(2048, {"kid": "one"}), nonce=nonce
    ),
    "the public key as a shared secret": with_the_public_key_as_a_secret,
    "no token": lambda liar, _nonce: setattr(liar, "token", ""),
    "a token that is none": lambda liar, _nonce: setattr(liar, "token", "a.b.c"),
    "unsigned": lambda liar, _nonce: setattr(
        liar,
        "token",
        base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=") + ".e30.",
    ),
}


def test_what_a_provider_must_not_say_signs_nobody_in(registry, httpserver):
    liar = Liar(httpserver)
    here = with_provider(registry, liar.issuer)
    wrong = []
    for lie, tell in LIES.items():
        visitor = Visitor(here)
        sent = parse_qs(urlsplit(visitor.get("/sign-in/provider").location).query)
        tell(liar, sent["nonce"][0])
        answer = visitor.get(f"/sign-in/provider/return?code=x&state={sent['state'][0]}")
        if answer.status_code != 401:
            wrong.append((lie, answer.status_code, answer.text))
    assert wrong == []
    with here.session() as session:
        told = select(func.count()).where(Identity.issuer == liar.issuer)
        assert session.scalar(told) == 0


def test_the_code_is_of_use_only_to_who_left(registry, httpserver):
    """PKCE: the provider hears the digest when the browser leaves, the verifier with the code."""
    liar = Liar(httpserver)
    here = with_provider(registry, liar.issuer)
    visitor = Visitor(here)
    sent = parse_qs(urlsplit(visitor.get("/sign-in/provider").location).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["response_type"] == ["code"]
    assert sent["redirect_uri"] == ["http://localhost/sign-in/provider/return"]
    liar.sign(nonce=sent["nonce"][0], amr=["pwd", "otp"])
    answer = visitor.get(f"/sign-in/provider/return?code=the-code&state={sent['state'][0]}")
    assert answer.status_code == 303, answer.text
    [asked] = liar.asked
    assert asked["code"] == "the-code"
    digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == sent["code_challenge"][0]


@pytest.mark.parametrize("answer", ["nothing", "no JSON"])
def test_a_provider_that_is_away_is_told(registry, httpserver, answer):
    issuer = httpserver.url_for("").rstrip("/")
    metadata = httpserver.expect_request("/.well-known/openid-configuration")
    if answer == "nothing":
        issuer = "http://127.0.0.1:1"
    else:
        metadata.respond_with_data("<html>")
    told = Visitor(with_provider(registry, issuer)).get("/sign-in/provider")
    assert told.status_code == 503
    assert "cannot be used to sign in at the moment" in told.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", "http://provider.example.org"),
        ("OIDC_ISSUER", "provider"),
        ("OIDC_CLIENT_ID", ""),
        ("OIDC_CLIENT_SECRET", ""),
        ("OIDC_SECOND_FACTOR", "perhaps"),
    ],
)
def test_settings_that_cannot_work_are_told(name, value, tmp_path):
    environ = {
        "REFCHECK_REGISTRY_OIDC_ISSUER": "https://provider.example.org",
        "REFCHECK_REGISTRY_OIDC_CLIENT_ID": CLIENT,
        "REFCHECK_REGISTRY_OIDC_CLIENT_SECRET": "secret",
        f"REFCHECK_REGISTRY_{name}": value,
    }
    with pytest.raises(BadSetting, match=f"REFCHECK_REGISTRY_{name}"):
        from_environment(environ, data=tmp_path)
