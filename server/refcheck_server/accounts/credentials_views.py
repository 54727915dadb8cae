"""Tokens and public keys of one's own account: on its page, and for programs and spreadsheets."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from refcheck_server.accounts import keys, representation, services
from refcheck_server.accounts.arguments import OWN, reading
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.rights import MOST_TOKEN_DAYS, Action, Scope
from refcheck_server.accounts.views import account, back, own_account, page
from refcheck_server.context import context, perform, public_url
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, body_of, describe
from refcheck_server.documents import read_document
from refcheck_server.fields import BadField, sent_fields

account_api = Blueprint("account_api", __name__, url_prefix="/api/v1/account")


@account.post("/account/tokens")
@needs(Action.MANAGE_OWN_ACCOUNT)
def make_token() -> tuple[str, HTTPStatus] | str:
    """A new token, which is shown this once."""
    fields = sent_fields()
    try:
        scopes, days = fields.choices("scopes", Scope), fields.count("days", MOST_TOKEN_DAYS)
    except BadField as fault:
        return page(token_fault=fault), fault.status
    strong = current_principal().strong
    made = perform(services.new_token, own_account(), scopes=scopes, days=days, strong=strong)
    return render_template("new_token.html", made=made)


@account.post("/account/tokens/<token_prefix:prefix>/revoke")
@needs(Action.MANAGE_OWN_ACCOUNT)
def revoke_token(prefix: str) -> Response:
    """Stop one of one's own tokens."""
    perform(services.revoke_token, prefix, account_id=current_principal().account_id)
    return back("tokens")


@account.post("/account/keys/<hex(length=64):keyid>/revoke")
@needs(Action.MANAGE_OWN_KEYS)
def revoke_key(keyid: str) -> Response:
    """Stop one of one's own keys."""
    revoke_key_by_token(keyid)
    return back("keys")


for _one in OWN.values():
    _read = reading(_one, own_account)
    _one.offer_csv(account, f"/account/{_one.name}", Action.SEE_OWN_ACCOUNT, _read)
    _one.offer_json(account_api, f"/{_one.name}", Action.SEE_OWN_ACCOUNT, _read, token=True)


@account_api.get("")
@needs(Action.SEE_OWN_ACCOUNT)
@describe(Operation(token=True))
def own() -> dict[str, Any]:
    """One's own account with its tokens, keys and sessions; no secret is among it."""
    return representation.whole(current_session(), own_account(), now=context().now())


@account_api.post("/keys/challenges")
@needs(Action.MANAGE_OWN_KEYS)
@describe(Operation(status=201, token=True))
def challenge() -> tuple[dict[str, Any], int]:
    """What to sign, to show that one holds a key; see `refcheck key register`."""
    principal = current_principal()
    given = perform(keys.new_challenge, principal.account_id)
    return {"registry": _registry(), "account": principal.name, "challenge": given}, 201


@account_api.post("/keys")
@needs(Action.MANAGE_OWN_KEYS)
@describe(
    Operation(
        status=201,
        token=True,
        body=body_of("public_key", "proof", "challenge"),
        refusals=(409, 422),
    )
)
def register_key() -> tuple[dict[str, Any], int]:
    """Register a public key, with the proof that one holds it."""
    registered = perform(keys.register, current_principal(), read_document(), registry=_registry())
    return representation.key(registered), 201


@account_api.post("/keys/<hex(length=64):keyid>/revoke")
@needs(Action.MANAGE_OWN_KEYS)
@describe(Operation(token=True))
def revoke_key_by_token(keyid: str) -> dict[str, Any]:
    """Stop one of one's own keys."""
    account_id = current_principal().account_id
    return representation.key(perform(services.revoke_key, keyid, account_id=account_id))


def _registry() -> str:
    return public_url("pages.front").rstrip("/")
