"""All accounts, for those who run the registry: what each may do, and what speaks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from refcheck_server.accounts import representation, services, sessions
from refcheck_server.accounts.arguments import OF_ANY, reading, what_speaks_for
from refcheck_server.accounts.errors import NotOneself
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.models import NAME_LENGTH, Account
from refcheck_server.accounts.rights import ACCOUNT_ROLES, Action
from refcheck_server.context import context, perform
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.fields import sent_fields
from refcheck_server.lists import Filter, Listed, Listing, Sort

accounts = Blueprint("accounts", __name__)
_ACCOUNT = "/accounts/<word:name>"
ACCOUNTS = Listing(
    "accounts",
    page="accounts.listed",
    csv="accounts.listed_as_csv",
    json="accounts.listed_for_programs",
    id=Account.id,
    sorts={"name": Sort(Account.name), "since": Sort(Account.created_at, descending=True)},
    filters={
        "q": Filter(
            "Name", "In the name.",
            lambda words: Account.name.contains(words.lower(), autoescape=True),
            longest=NAME_LENGTH,
        ),
        "role": Filter(
            "Role", "What the registry made of it.",
            lambda role: Account.role == role, ACCOUNT_ROLES,
        ),
    },
    row=representation.row,
    columns=representation.ACCOUNT,
)  # fmt: skip


def listed_accounts(**how: Any) -> Listed[Account]:
    """All accounts."""
    return ACCOUNTS.read(select(Account), **how)


@accounts.get("/accounts")
@needs(Action.SEE_ACCOUNTS)
def listed() -> str:
    """All accounts."""
    return render_template("accounts.html", page=listed_accounts())


ACCOUNTS.offer_csv(accounts, "/accounts", Action.SEE_ACCOUNTS, listed_accounts)
ACCOUNTS.offer_json(accounts, "/api/v1/accounts", Action.SEE_ACCOUNTS, listed_accounts, token=True)


@accounts.get(_ACCOUNT)
@needs(Action.SEE_ACCOUNTS)
def account(name: str) -> str:
    """One account, with what speaks for it."""
    found = _named(name)
    return render_template(
        "administered_account.html",
        now=context().now(),
        account=found,
        lists=what_speaks_for(found, OF_ANY, name=name),
        roles=ACCOUNT_ROLES,
    )


@accounts.get(f"/api/v1{_ACCOUNT}")
@needs(Action.SEE_ACCOUNTS)
@describe(Operation(token=True))
def account_for_programs(name: str) -> dict[str, Any]:
    """One account with its tokens, keys, sessions, identities and passkeys; no secret is there."""
    return representation.whole(current_session(), _named(name), now=context().now())


def _named(name: str) -> Account:
    return services.find_account(current_session(), name)


for _one in OF_ANY.values():
    _read, _rule = reading(_one, _named), f"{_ACCOUNT}/{_one.name}"
    _one.offer_csv(accounts, _rule, Action.SEE_ACCOUNTS, _read)
    _one.offer_json(accounts, f"/api/v1{_rule}", Action.SEE_ACCOUNTS, _read, token=True)


@accounts.post(f"{_ACCOUNT}/role")
@needs(Action.MANAGE_ACCOUNTS)
def give_role(name: str) -> Answer:
    """Let it be something else, at its next request."""
    found, role = _other(name), sent_fields().choice("role", ACCOUNT_ROLES)
    return _done(name, services.give_role, found, role)


@accounts.post(f"{_ACCOUNT}/disable")
@needs(Action.MANAGE_ACCOUNTS)
def disable(name: str) -> Answer:
    """Let nobody use it."""
    return _done(name, services.disable, _other(name))


@accounts.post(f"{_ACCOUNT}/enable")
@needs(Action.MANAGE_ACCOUNTS)
def enable(name: str) -> Answer:
    """Let it be used again."""
    return _done(name, services.enable, _other(name))


@accounts.post(f"{_ACCOUNT}/sign-out")
@needs(Action.MANAGE_ACCOUNTS)
def sign_out(name: str) -> Answer:
    """End its sessions."""
    return _done(name, sessions.sign_out, _other(name))


@accounts.post(f"{_ACCOUNT}/tokens/<token_prefix:prefix>/revoke")
@needs(Action.MANAGE_ACCOUNTS)
def revoke_token(name: str, prefix: str) -> Answer:
    """Stop one of its tokens."""
    return _done(name, services.revoke_token, prefix, account_id=_named(name).id)


@accounts.post(f"{_ACCOUNT}/keys/<hex(length=64):keyid>/revoke")
@needs(Action.MANAGE_ACCOUNTS)
def revoke_key(name: str, keyid: str) -> Answer:
    """Stop one of its keys."""
    return _done(name, services.revoke_key, keyid, account_id=_named(name).id)


def _done(name: str, deed: Callable[..., object], *what: Any, **more: Any) -> Answer:
    """Do it, and go back to the account's page."""
    perform(deed, *what, **more)
    return redirect(url_for("accounts.account", name=name), 303)


def _other(name: str) -> Account:
    found = _named(name)
    if found.id == current_principal().account_id:
        raise NotOneself(
            "nobody takes their own rights away here",
            next_step="Have another administrator do it, or use the command line.",
        )
    return found
