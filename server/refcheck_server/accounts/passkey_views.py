"""Adding and removing passkeys: the one page here that needs a script, since only that can ask."""

from __future__ import annotations

from http import HTTPStatus

from flask import render_template, request
from werkzeug.wrappers import Response

from refcheck_server.accounts import passkeys, signing_in
from refcheck_server.accounts.errors import BadPassword, BadSecondFactor
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.models import WORDS
from refcheck_server.accounts.rights import Action
from refcheck_server.accounts.views import account, back, own_account, page
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.editing import NameTaken
from refcheck_server.errors import RegistryFault
from refcheck_server.fields import BadField, sent_fields
from refcheck_server.security import allow_own_scripts


@account.get("/account/passkeys/new")
@needs(Action.MANAGE_OWN_ACCOUNT)
def new_passkey() -> str:
    """The form that asks a device for a new passkey."""
    return _form()


@account.post("/account/passkeys")
@needs(Action.MANAGE_OWN_ACCOUNT)
def add_passkey() -> tuple[str, HTTPStatus] | Response:
    """From now on the account signs in with this passkey too."""
    session, form = current_session(), request.form
    try:
        signing_in.add_passkey(
            session,
            own_account(session),
            form.get("password", ""),
            sent_fields().text("name", WORDS, required=True),
            form.get("challenge", ""),
            form.get("passkey", ""),
            principal=current_principal(),
            now=context().now(),
        )
    except (BadField, BadPassword, BadSecondFactor, NameTaken) as fault:
        return _form(fault), fault.status
    session.commit()
    return back("second-factor")


@account.post("/account/passkeys/<number:passkey_id>/remove")
@needs(Action.MANAGE_OWN_ACCOUNT)
def remove_passkey(passkey_id: int) -> tuple[str, HTTPStatus] | Response:
    """Sign in with that passkey no more."""
    session, now = current_session(), context().now()
    found = own_account(session)
    passkey = passkeys.find(session, found, passkey_id)
    try:
        signing_in.check_password(found, request.form.get("password", ""))
    except BadPassword as fault:
        return page(fault=fault), fault.status
    passkeys.remove(session, found, passkey, now=now)
    session.commit()
    return back("second-factor")


def _form(fault: RegistryFault | None = None) -> str:
    session = current_session()
    asked = passkeys.ask_to_add(session, own_account(session), now=context().now())
    allow_own_scripts()
    return render_template("passkey.html", asked=asked, name=request.form.get("name"), fault=fault)
