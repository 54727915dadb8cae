"""Changing what one signs in with: the password, one-time passwords, passkeys.

The page that adds a passkey is the one here that needs a script, since only that can ask a device.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import render_template, request
from werkzeug.wrappers import Response

from refcheck_server.accounts import passkeys, second_factor, signing_in
from refcheck_server.accounts.errors import BadPassword, BadSecondFactor
from refcheck_server.accounts.guarding import current_principal
from refcheck_server.accounts.models import WORDS, Account
from refcheck_server.accounts.rights import Action
from refcheck_server.accounts.views import account, back, own_account, page
from refcheck_server.context import context, perform
from refcheck_server.database import current_session
from refcheck_server.editing import NameTaken
from refcheck_server.errors import RegistryFault
from refcheck_server.fields import BadField, sent_fields
from refcheck_server.security import allow_own_scripts

Shown = tuple[str, HTTPStatus] | Response


@account.post("/account/password", Action.MANAGE_OWN_ACCOUNT)
def change_password() -> Shown:
    """Another password; every other session ends."""
    old, new = request.form.get("password", ""), request.form.get("new_password", "")
    keep = current_principal().session_id
    try:
        perform(signing_in.change_password, own_account(), old, new, keep=keep)
    except BadPassword as fault:
        return page(fault=fault), fault.status
    return back("password")


@account.get("/account/second-factor", Action.MANAGE_OWN_ACCOUNT)
def second_factor_form() -> str:
    """A new secret for an app, and the form that shows that the app has it."""
    return _secret(second_factor.new_secret())


@account.post("/account/second-factor", Action.MANAGE_OWN_ACCOUNT)
def set_up_second_factor() -> Shown:
    """From now on the account signs in with one-time passwords too."""
    form = request.form
    secret, code, password = (form.get(name, "") for name in ("secret", "code", "password"))
    try:
        found = check_owner(password)
        session_id = current_principal().session_id
        perform(signing_in.set_up, found, secret, code, password, session_id=session_id)
    except (BadPassword, BadSecondFactor) as fault:
        good = second_factor.is_secret(secret)
        return _secret(secret if good else second_factor.new_secret(), fault), fault.status
    return back("second-factor")


@account.get("/account/passkeys/new", Action.MANAGE_OWN_ACCOUNT)
def new_passkey() -> str:
    """The form that asks a device for a new passkey."""
    return _passkey()


@account.post("/account/passkeys", Action.MANAGE_OWN_ACCOUNT)
def add_passkey() -> Shown:
    """From now on the account signs in with this passkey too."""
    form, session_id = request.form, current_principal().session_id
    challenge, answer = form.get("challenge", ""), form.get("passkey", "")
    try:
        found = check_owner(form.get("password", ""))
        name = sent_fields().text("name", WORDS, required=True)
        perform(passkeys.add, found, name, challenge, answer, session_id=session_id)
    except (BadField, BadPassword, BadSecondFactor, NameTaken) as fault:
        return _passkey(fault), fault.status
    return back("second-factor")


@account.post("/account/passkeys/<number:passkey_id>/remove", Action.MANAGE_OWN_ACCOUNT)
def remove_passkey(passkey_id: int) -> Shown:
    """Sign in with that passkey no more; every other session ends."""
    keep = current_principal().session_id
    try:
        found = check_owner(request.form.get("password", ""))
        perform(passkeys.remove, found, passkey_id, keep=keep)
    except (BadPassword, BadSecondFactor) as fault:
        return page(fault=fault), fault.status
    return back("second-factor")


def check_owner(password: str) -> Account:
    """The account of whoever asks, who must know its password and have its second factor.

    Raises:
        BadPassword, BadSecondFactor: see `signing_in.check_owner`.
    """
    found = own_account()
    signing_in.check_owner(current_session(), found, password, current_principal())
    return found


def _secret(secret: str, fault: RegistryFault | None = None) -> str:
    address = second_factor.address(secret, current_principal().name)
    code = second_factor.drawn(address)
    return render_template(
        "second_factor.html", secret=secret, address=address, code=code, fault=fault
    )


def _passkey(fault: RegistryFault | None = None) -> str:
    asked = passkeys.ask_to_add(current_session(), own_account(), now=context().now())
    allow_own_scripts()
    return render_template("passkey.html", asked=asked, name=request.form.get("name"), fault=fault)
