"""What the registry asks of its OpenID provider, and where it goes for it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey
from refcheck_server.accounts import services, sessions
from refcheck_server.accounts.models import Identity
from sqlalchemy import select
from werkzeug.wrappers import Response

from tests.server.accounts.test_oidc import LINK, Liar, with_provider
from tests.server.visitor import PASSWORD, Visitor, signed_in


def left_for(visitor):
    """What a browser takes along to the provider."""
    return parse_qs(urlsplit(visitor.get("/sign-in/provider").location).query)


def come_back(visitor, sent):
    return visitor.get(f"/sign-in/provider/return?code=x&state={sent['state'][0]}")


@pytest.fixture
def elsewhere(httpserver):
    """Another place of the provider's, where nobody is to go; who did."""
    seen = []
    httpserver.expect_request("/elsewhere").respond_with_handler(
        lambda request: seen.append(request) or Response("{}", content_type="application/json")
    )
    return seen


def test_the_secret_of_the_registry_is_not_taken_on_to_another_address(
    registry, httpserver, elsewhere
):
    onward = Response(status=307, headers={"Location": httpserver.url_for("/elsewhere")})
    httpserver.expect_oneshot_request("/token").respond_with_response(onward)
    liar = Liar(httpserver)
    visitor = Visitor(with_provider(registry, liar.issuer))
    assert come_back(visitor, left_for(visitor)).status_code == 401
    assert elsewhere == []


def test_keys_are_taken_from_where_the_metadata_say_and_nowhere_else(
    registry, httpserver, elsewhere
):
    onward = Response(status=302, headers={"Location": httpserver.url_for("/elsewhere")})
    httpserver.expect_oneshot_request("/keys").respond_with_response(onward)
    liar = Liar(httpserver)
    visitor = Visitor(with_provider(registry, liar.issuer))
    sent = left_for(visitor)
    liar.sign(nonce=sent["nonce"][0])
    assert come_back(visitor, sent).status_code == 503
    assert elsewhere == []


def test_the_metadata_of_another_issuer_are_none(registry, httpserver):
    liar = Liar(httpserver)
    told = Visitor(with_provider(registry, f"{liar.issuer}/")).get("/sign-in/provider")
    assert told.status_code == 503


def test_who_is_called_alike_at_another_provider_is_another_person(registry, httpserver):
    liar = Liar(httpserver)
    with registry.session() as session, session.begin():
        before = services.add_account(session, "of-the-old-provider", now=registry.clock())
        session.add(
            Identity(
                account_id=before.id, issuer="https://before.example", subject="twin",
                added_at=registry.clock(),
            )
        )  # fmt: skip
    visitor = Visitor(with_provider(registry, liar.issuer))
    sent = left_for(visitor)
    liar.sign(nonce=sent["nonce"][0], sub="twin")
    assert come_back(visitor, sent).status_code == 303
    assert visitor.get("/api/v1/account").get_json()["name"] != "of-the-old-provider"


def test_a_provider_may_have_another_key_tomorrow(registry, httpserver):
    liar = Liar(httpserver)
    visitor = Visitor(with_provider(registry, liar.issuer))
    for kid in ("one", "two"):
        liar.key = RSAKey.generate_key(2048, {"kid": kid}, private=True)
        httpserver.expect_oneshot_request("/keys").respond_with_json(
            {"keys": [liar.key.as_dict(private=False)]}
        )
        sent = left_for(visitor)
        liar.sign(nonce=sent["nonce"][0], header={"alg": "RS256", "kid": kid})
        assert come_back(visitor, sent).status_code == 303


def test_no_two_attempts_of_a_browser_show_the_provider_the_same(registry, httpserver):
    visitor = Visitor(with_provider(registry, Liar(httpserver).issuer))
    one, other = left_for(visitor), left_for(visitor)
    for what in ("state", "nonce", "code_challenge"):
        assert one[what] != other[what], what


def test_a_link_is_not_made_for_a_session_that_ended_meanwhile(registry, httpserver):
    liar = Liar(httpserver)
    here = with_provider(registry, liar.issuer)
    visitor = signed_in(here, "ended-meanwhile")
    page = visitor.post(LINK, password=PASSWORD)
    sent = parse_qs(urlsplit(page.headers["Refresh"].partition("url=")[2]).query)
    with here.session() as session, session.begin():
        sessions.end_all(session, services.find_account(session, "ended-meanwhile").id)
    liar.sign(nonce=sent["nonce"][0], sub="linked-too-late")
    assert come_back(visitor, sent).status_code == 401
    with here.session() as session:
        assert session.scalar(select(Identity).where(Identity.subject == "linked-too-late")) is None
