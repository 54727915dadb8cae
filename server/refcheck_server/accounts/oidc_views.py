"""Leaving for the OpenID provider, coming back, and linking what one is there."""

from __future__ import annotations

from http import HTTPStatus

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from refcheck_server.accounts import browser, identities, leaving
from refcheck_server.accounts.errors import BadPassword, BadSecondFactor, NoSuchThing
from refcheck_server.accounts.guarding import Views, current_principal
from refcheck_server.accounts.oidc import Person, Provider, refused
from refcheck_server.accounts.rights import Action
from refcheck_server.accounts.second_factor_views import check_owner
from refcheck_server.accounts.views import back, begin_session, on, own_account, page
from refcheck_server.context import context, perform, public_url

openid = Views("openid", __name__)


@openid.get("/sign-in/provider", Action.SIGN_IN)
def sign_in() -> Response:
    """Off to the provider, to sign in; whom another site sends is asked first."""
    onward = browser.within(request.args.get("next"))
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return redirect(url_for("account.sign_in", next=onward), 303)
    return redirect(_address(onward, to_link=0), 303)


@openid.post("/account/identities/new", Action.MANAGE_OWN_ACCOUNT)
def link() -> tuple[str, HTTPStatus] | tuple[str, dict[str, str]]:
    """Off to the provider, to link what one is there to the account.

    By a form with the password: what comes back can sign in, and no other site must begin it. The
    way there is a link, for a page may not send a form on to another site.
    """
    title, found = _provider().settings.title, own_account()
    if found.password_hash is not None:
        try:
            check_owner(request.form.get("password", ""))
        except (BadPassword, BadSecondFactor) as fault:
            return page(fault=fault), fault.status
    address = _address(None, to_link=found.id)
    shown = render_template("leaving.html", address=address, title=title)
    return shown, {"Refresh": f"0; url={address}"}


@openid.get("/sign-in/provider/return", Action.SIGN_IN)
def come_back() -> Response:
    """Back from the provider."""
    now, provider = context().now(), _provider()
    attempt = leaving.come_back(request.args.get("state", ""), now=now)
    if request.args.get("iss", provider.settings.issuer) != provider.settings.issuer:
        raise refused("another provider answered")
    if "code" not in request.args:
        raise refused(f"{provider.settings.title} did not sign you in")
    person = provider.person(
        request.args["code"],
        returning=public_url("openid.come_back"),
        nonce=attempt.nonce,
        verifier=attempt.verifier,
        now=now,
    )
    return _link(attempt, person) if attempt.to_link else _sign_in(attempt, person)


@openid.post("/account/identities/<number:identity_id>/unlink", Action.MANAGE_OWN_ACCOUNT)
def unlink(identity_id: int) -> Response:
    """Sign in with that identity no more."""
    perform(identities.unlink, own_account(), identity_id)
    return back("identities")


def _address(onward: str | None, *, to_link: int) -> str:
    """Where a new attempt of this browser begins."""
    attempt = leaving.leave(onward, to_link, now=context().now())
    return _provider().address(
        returning=public_url("openid.come_back"),
        state=attempt.state,
        nonce=attempt.nonce,
        verifier=attempt.verifier,
    )


def _sign_in(attempt: leaving.Leaving, person: Person) -> Response:
    # apart: a new account is there, and told of, whatever becomes of the session
    begin_session(perform(identities.account_of, person), strong=person.strong)
    return on(attempt.onward)


def _link(attempt: leaving.Leaving, person: Person) -> Response:
    if current_principal().account_id != attempt.to_link:
        raise refused("another account is signed in now")
    perform(identities.link, attempt.to_link, person)
    return back("identities")


def _provider() -> Provider:
    settings = context().settings.openid
    if settings is None:
        raise NoSuchThing(
            "this registry uses no OpenID provider", next_step="Sign in with a password."
        )
    known: Provider = current_app.extensions.setdefault("refcheck_openid", Provider(settings))
    return known
