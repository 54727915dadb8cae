"""Tokens and public keys of one's own account: on its page, and as JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from refcheck_server.accounts import keys, services, tokens
from refcheck_server.accounts.errors import BadToken
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.models import PublicKey, Token
from refcheck_server.accounts.rights import Action
from refcheck_server.accounts.views import account, back, own_account, page
from refcheck_server.context import context, public_url
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, body_of, describe
from refcheck_server.documents import read_document
from refcheck_server.moments import spelled

account_api = Blueprint("account_api", __name__, url_prefix="/api/v1/account")


@account.post("/account/tokens")
@needs(Action.MANAGE_OWN_ACCOUNT)
def make_token() -> tuple[str, HTTPStatus] | str:
    """A new token, which is shown this once."""
    session, form = current_session(), request.form
    scopes, days = form.getlist("scopes"), form.get("days", "")
    try:
        made = tokens.make(
            session,
            own_account(session),
            scopes,
            days,
            strong=current_principal().strong,
            now=context().now(),
        )
    except BadToken as fault:
        return page(token_fault=fault), fault.status
    session.commit()
    return render_template("new_token.html", made=made)


@account.post("/account/tokens/<token_prefix:prefix>/revoke")
@needs(Action.MANAGE_OWN_ACCOUNT)
def revoke_token(prefix: str) -> Response:
    """Stop one of one's own tokens."""
    session, account_id = current_session(), current_principal().account_id
    tokens.revoke(session, account_id, prefix, now=context().now())
    session.commit()
    return back("tokens")


@account.post("/account/keys/<hex(length=64):keyid>/revoke")
@needs(Action.MANAGE_OWN_KEYS)
def revoke_key(keyid: str) -> Response:
    """Stop one of one's own keys."""
    _revoke_key(keyid)
    return back("keys")


@account_api.get("")
@needs(Action.SEE_OWN_ACCOUNT)
@describe(Operation(token=True))
def own() -> dict[str, Any]:
    """One's own account with its tokens and keys; no secret is among it."""
    session, principal = current_session(), current_principal()
    return {
        "name": principal.name,
        "role": principal.role,
        "tokens": [_token(one) for one in services.tokens_of(session, principal.account_id)],
        "keys": [_key(one) for one in services.keys_of(session, principal.account_id)],
    }


@account_api.post("/keys/challenges")
@needs(Action.MANAGE_OWN_KEYS)
@describe(Operation(status=201, token=True))
def challenge() -> tuple[dict[str, Any], int]:
    """What to sign, to show that one holds a key; see `refcheck key register`."""
    session, principal = current_session(), current_principal()
    given = keys.new_challenge(session, principal.account_id, now=context().now())
    session.commit()
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
    session = current_session()
    registered = keys.register(
        session, current_principal(), read_document(), registry=_registry(), now=context().now()
    )
    session.commit()
    return _key(registered), 201


@account_api.post("/keys/<hex(length=64):keyid>/revoke")
@needs(Action.MANAGE_OWN_KEYS)
@describe(Operation(token=True))
def revoke_key_by_token(keyid: str) -> dict[str, Any]:
    """Stop one of one's own keys."""
    return _key(_revoke_key(keyid))


def _revoke_key(keyid: str) -> PublicKey:
    session, account_id = current_session(), current_principal().account_id
    revoked = keys.revoke(session, account_id, keyid, now=context().now())
    session.commit()
    return revoked


def _registry() -> str:
    return public_url("pages.front").rstrip("/")


def _token(token: Token) -> dict[str, Any]:
    return {
        "prefix": token.prefix,
        "scopes": token.scopes.split(),
        "made": spelled(token.created_at),
        "expires": spelled(token.expires_at),
        "used": spelled(token.used_at),
        "revoked": spelled(token.revoked_at),
    }


def _key(key: PublicKey) -> dict[str, Any]:
    return {
        "keyid": key.keyid,
        "public_key": key.pem,
        "added": spelled(key.added_at),
        "revoked": spelled(key.revoked_at),
    }
