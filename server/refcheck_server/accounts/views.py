"""Signing in and out, and the page of one's own account."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from refcheck_server.accounts import browser, passkeys, sessions, signing_in
from refcheck_server.accounts.arguments import OWN, what_speaks_for
from refcheck_server.accounts.errors import SignInRefused
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import (
    MOST_TOKEN_DAYS,
    SECOND_FACTOR_ROLES,
    TOKEN_DAYS,
    Action,
    Scope,
    may,
)
from refcheck_server.context import context, perform, public_url
from refcheck_server.database import current_session
from refcheck_server.security import allow_own_scripts

account = Blueprint("account", __name__)


@account.get("/sign-in")
@needs(Action.SIGN_IN)
def sign_in() -> str | Response:
    """The form; whoever is signed in goes on to where they wanted."""
    onward = browser.within(request.args.get("next"))
    return on(onward) if current_principal().is_known else _form(onward)


@account.post("/sign-in")
@needs(Action.SIGN_IN)
def sign_in_sent() -> tuple[str, HTTPStatus] | Response:
    """Begin a session, in a browser whose secret nobody knew before."""
    form = request.form
    onward = browser.within(form.get("next"))
    shown = signing_in.Shown(*(form.get(name, "") for name in ("code", "challenge", "passkey")))
    name, password = form.get("name", ""), form.get("password", "")
    try:
        found, strong = perform(signing_in.sign_in, name, password, shown)
    except SignInRefused as fault:
        return _form(onward, fault), fault.status
    begin_session(found, strong=strong)
    return on(onward)


def _form(onward: str | None, fault: SignInRefused | None = None) -> str:
    allow_own_scripts()
    return render_template(
        "sign_in.html",
        onward=onward,
        name=request.form.get("name"),
        fault=fault,
        openid=context().settings.openid,
        asked=passkeys.ask_to_sign_in(now=context().now()),
    )


def begin_session(found: Account, *, strong: bool) -> None:
    """Let this browser speak for the account from now on."""
    device = request.headers.get("User-Agent", "")
    perform(sessions.begin, found, browser.renew(), strong=strong, device=device)


@account.post("/sign-out")
@needs(Action.SIGN_IN)
def sign_out() -> Response:
    """End this session, if there is one."""
    session_id = current_principal().session_id
    if session_id is not None:
        end_session(session_id)
    browser.renew()
    response = redirect(url_for("pages.front"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@account.get("/account")
@needs(Action.SEE_OWN_ACCOUNT)
def own() -> str:
    """One's own account: what speaks for it, and where it is signed in."""
    return page()


@account.post("/account/sessions/<number:session_id>/end")
@needs(Action.MANAGE_OWN_ACCOUNT)
def end_session(session_id: int) -> Response:
    """Sign another browser out."""
    session = current_session()
    sessions.end(session, current_principal().account_id, session_id)
    session.commit()
    return back("sessions")


@account.post("/account/sessions/end-others")
@needs(Action.MANAGE_OWN_ACCOUNT)
def end_other_sessions() -> Response:
    """Sign all other browsers out."""
    session, principal = current_session(), current_principal()
    sessions.end_all(session, principal.account_id, but=principal.session_id)
    session.commit()
    return back("sessions")


def page(**more: object) -> str:
    """The page of one's own account, perhaps with what was wrong with a form of it."""
    found = own_account()
    administers = may(current_principal(), Action.MANAGE_ACCOUNTS)
    return render_template(
        "account.html",
        account=found,
        scopes=[one for one in Scope if one is not Scope.ADMINISTER or administers],
        registry=public_url("pages.front").rstrip("/"),
        usual_days=TOKEN_DAYS,
        longest_days=MOST_TOKEN_DAYS,
        needs_second_factor=found.role in SECOND_FACTOR_ROLES,
        lists=what_speaks_for(found, OWN),
        openid=context().settings.openid,
        now=context().now(),
        **more,
    )


def own_account() -> Account:
    """The account of whoever asks."""
    return current_session().get_one(Account, current_principal().account_id)


def on(onward: str | None) -> Response:
    """On to where somebody wanted who is signed in now."""
    return redirect(onward or url_for("account.own"), 303)


def back(section: str) -> Response:
    """On to that part of the account's page."""
    return redirect(url_for("account.own", _anchor=section), 303)
