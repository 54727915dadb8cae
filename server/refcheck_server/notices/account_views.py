"""What an account gets by mail: the address, its confirmation, and the topics."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from refcheck_server.accounts.guarding import Views, current_principal
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context, perform
from refcheck_server.database import current_session
from refcheck_server.errors import RegistryFault
from refcheck_server.fields import BadField, sent_fields
from refcheck_server.notices import subscriptions
from refcheck_server.notices.errors import NoMail, TooSoon
from refcheck_server.notices.models import Topic, of_text

mail = Views("mail", __name__)


@mail.get("/account/notices", Action.SUBSCRIBE)
def own() -> str:
    """Where one gets mail, and about what."""
    return _page()


@mail.post("/account/notices/address", Action.SUBSCRIBE)
def give_address() -> tuple[str, HTTPStatus] | Response:
    """Send a link to an address, which counts once the link was followed."""
    if context().settings.mail is None:
        raise NoMail("this registry sends no mail", next_step="Use the feed of your vendor.")
    try:
        perform(subscriptions.ask, current_principal(), sent_fields())
    except (BadField, TooSoon) as fault:
        current_session().rollback()
        return _page(fault), fault.status
    return _back()


@mail.get("/account/notices/confirm", Action.SUBSCRIBE)
def confirmation() -> str:
    """What a link confirms; the secret is behind a `?`, which no log holds."""
    secret = request.args.get("secret", "")
    found = subscriptions.awaiting(
        current_session(), current_principal(), secret, now=context().now()
    )
    return render_template("mail_confirmation.html", address=found.address, secret=secret)


@mail.post("/account/notices/confirm", Action.SUBSCRIBE)
def confirm() -> Response:
    """Get mail at the address from now on."""
    perform(subscriptions.confirm, current_principal(), request.form.get("secret", ""))
    return _back()


@mail.post("/account/notices/topics", Action.SUBSCRIBE)
def choose() -> Response:
    """Get mail about these topics."""
    perform(subscriptions.choose, current_principal(), sent_fields())
    return _back()


@mail.post("/account/notices/forget", Action.SUBSCRIBE)
def forget() -> Response:
    """Get no mail any more."""
    perform(subscriptions.forget, current_principal())
    return _back()


def _page(fault: RegistryFault | None = None) -> str:
    found = subscriptions.of(current_session(), current_principal().account_id)
    return render_template(
        "mail.html",
        found=found,
        chosen=of_text(found.topics) if found is not None else frozenset(Topic),
        topics=Topic,
        sends=context().settings.mail is not None,
        fault=fault,
    )


def _back() -> Response:
    return redirect(url_for("mail.own"), 303)
