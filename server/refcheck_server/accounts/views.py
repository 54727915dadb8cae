"""Signing in and out, and the page of one's own account."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from refcheck_server.accounts import (
    browser,
    identities,
    passkeys,
    second_factor,
    services,
    sessions,
    signing_in,
    tokens,
)
from refcheck_server.accounts.errors import BadPassword, BadSecondFactor, SignInRefused
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import SECOND_FACTOR_ROLES, Action, Scope, may
from refcheck_server.context import context, public_url
from refcheck_server.database import current_session
from refcheck_server.security import allow_own_scripts

account = Blueprint("account", __name__)


@account.get("/sign-in")
@needs(Action.SIGN_IN)
def sign_in() -> str | Response:
    """The form; whoever is signed in goes on to where they wanted."""
    onward = browser.within(request.args.get("next"))
    if current_principal().is_known:
        return _go(onward)
    return _form(onward)


@account.post("/sign-in")
@needs(Action.SIGN_IN)
def sign_in_sent() -> tuple[str, HTTPStatus] | Response:
    """Begin a session, in a browser whose secret nobody knew before."""
    session, now, form = current_session(), context().now(), request.form
    onward = browser.within(form.get("next"))
    shown = signing_in.Shown(*(form.get(name, "") for name in ("code", "challenge", "passkey")))
    try:
        found, strong = signing_in.sign_in(
            session, form.get("name", ""), form.get("password", ""), shown, now=now
        )
    except SignInRefused as fault:
        return _form(onward, fault), fault.status
    begin_session(session, found, strong=strong)
    return _go(onward)


def _form(onward: str | None, fault: SignInRefused | None = None) -> str:
    allow_own_scripts()
    return render_template(
        "sign_in.html",
        onward=onward,
        fault=fault,
        openid=context().settings.openid,
        asked=passkeys.ask_to_sign_in(now=context().now()),
    )


def begin_session(session: Session, found: Account, *, strong: bool) -> None:
    """Let this browser speak for the account from now on."""
    device = request.headers.get("User-Agent", "")
    sessions.begin(
        session, found, browser.renew(), strong=strong, device=device, now=context().now()
    )
    session.commit()


@account.post("/sign-out")
@needs(Action.SIGN_IN)
def sign_out() -> Response:
    """End this session, if there is one."""
    principal, session = current_principal(), current_session()
    if principal.session_id is not None:
        sessions.end(session, principal.account_id, principal.session_id)
        session.commit()
    browser.renew()
    response = redirect(url_for("pages.front"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@account.get("/account")
@needs(Action.SEE_OWN_ACCOUNT)
def own() -> str:
    """One's own account: what speaks for it, and where it is signed in."""
    return page()


@account.post("/account/password")
@needs(Action.MANAGE_OWN_ACCOUNT)
def change_password() -> tuple[str, HTTPStatus] | Response:
    """Another password; every other session ends."""
    session, form = current_session(), request.form
    try:
        signing_in.change_password(
            session,
            own_account(session),
            form.get("password", ""),
            form.get("new_password", ""),
            keep=current_principal().session_id,
            now=context().now(),
        )
    except BadPassword as fault:
        return page(fault=fault), fault.status
    session.commit()
    return back("password")


@account.get("/account/second-factor")
@needs(Action.MANAGE_OWN_ACCOUNT)
def second_factor_form() -> str:
    """A new secret for an app, and the form that shows that the app has it."""
    return _second_factor(second_factor.new_secret())


@account.post("/account/second-factor")
@needs(Action.MANAGE_OWN_ACCOUNT)
def set_up_second_factor() -> tuple[str, HTTPStatus] | Response:
    """From now on the account signs in with one-time passwords too."""
    session, form = current_session(), request.form
    secret = form.get("secret", "")
    try:
        signing_in.set_up_second_factor(
            session,
            own_account(session),
            secret,
            form.get("code", ""),
            form.get("password", ""),
            session_id=current_principal().session_id or 0,
            now=context().now(),
        )
    except (BadPassword, BadSecondFactor) as fault:
        good = second_factor.is_secret(secret)
        return _second_factor(secret if good else second_factor.new_secret(), fault), fault.status
    session.commit()
    return back("second-factor")


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
    session = current_session()
    found = own_account(session)
    return render_template(
        "account.html",
        account=found,
        scopes=[
            one
            for one in Scope
            if one is not Scope.ADMINISTER or may(current_principal(), Action.MANAGE_ACCOUNTS)
        ],
        registry=public_url("pages.front").rstrip("/"),
        usual_days=tokens.USUAL_DAYS,
        longest_days=tokens.LONGEST_DAYS,
        needs_second_factor=found.role in SECOND_FACTOR_ROLES,
        tokens=services.tokens_of(session, found.id),
        keys=services.keys_of(session, found.id),
        identities=identities.of(session, found.id),
        passkeys=passkeys.of(session, found.id),
        openid=context().settings.openid,
        sessions=sessions.list_of(session, found.id, now=context().now()),
        **more,
    )


def _second_factor(secret: str, fault: Exception | None = None) -> str:
    name = current_principal().name
    return render_template(
        "second_factor.html",
        secret=secret,
        address=second_factor.address(secret, name),
        fault=fault,
    )


def own_account(session: Session) -> Account:
    """The account of whoever asks."""
    return session.scalars(
        select(Account).where(Account.id == current_principal().account_id)
    ).one()


def _go(onward: str | None) -> Response:
    return redirect(onward or url_for("account.own"), 303)


def back(section: str) -> Response:
    """On to that part of the account's page."""
    return redirect(url_for("account.own", _anchor=section), 303)
