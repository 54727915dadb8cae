"""All accounts, for those who run the registry: what each may do, and what speaks for it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from refcheck_server import tables
from refcheck_server.accounts import keys, queries, services, sessions, tokens
from refcheck_server.accounts.errors import NotOneself
from refcheck_server.accounts.guarding import current_principal, needs
from refcheck_server.accounts.models import NAME_LENGTH, Account
from refcheck_server.accounts.rights import ACCOUNT_ROLES, Action, Role
from refcheck_server.addresses import carried
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.description.operations import Operation, describe
from refcheck_server.fields import BadField, Fields, sent_fields
from refcheck_server.moments import spelled
from refcheck_server.numbered_pages import page_number

accounts = Blueprint("accounts", __name__)
_ACCOUNT = "/accounts/<word:name>"


@accounts.get("/accounts")
@needs(Action.SEE_ACCOUNTS)
def listed() -> str:
    """Accounts by name."""
    wanted = _filter()
    return render_template(
        "accounts.html",
        page=queries.list_accounts(current_session(), wanted, page_number(request.args)),
        wanted=wanted,
        roles=ACCOUNT_ROLES,
        arguments=carried("q", "role"),
    )


@accounts.get("/accounts.csv")
@needs(Action.SEE_ACCOUNTS)
def listed_as_csv() -> Response:
    """The same, whole, for a spreadsheet."""
    head = ("name", "role", "since", "disabled")
    rows = [tuple(_row(one).values()) for one in queries.all_accounts(current_session(), _filter())]
    return tables.as_csv("accounts", head, rows)


@accounts.get("/api/v1/accounts")
@needs(Action.SEE_ACCOUNTS)
@describe(Operation(query=("q", "role", "page"), token=True))
def listed_for_programs() -> dict[str, Any]:
    """Accounts by name; `q`, `role` and `page` narrow it."""
    page = queries.list_accounts(current_session(), _filter(), page_number(request.args))
    return {
        "accounts": [_row(one) for one in page.rows],
        "page": page.number,
        "pages": page.pages,
        "total": page.total,
    }


@accounts.get(_ACCOUNT)
@needs(Action.SEE_ACCOUNTS)
def account(name: str) -> str:
    """One account, with its tokens, keys and sessions."""
    session = current_session()
    found = queries.account_of(session, name)
    return render_template(
        "administered_account.html",
        account=found,
        tokens=services.tokens_of(session, found.id),
        keys=services.keys_of(session, found.id),
        sessions=sessions.list_of(session, found.id, now=context().now()),
        roles=ACCOUNT_ROLES,
    )


@accounts.post(f"{_ACCOUNT}/role")
@needs(Action.MANAGE_ACCOUNTS)
def give_role(name: str) -> Answer:
    """Let it be something else, at its next request."""
    session, found = current_session(), _other(name)
    services.give_role(session, found, _role(sent_fields()), now=context().now())
    session.commit()
    return _back(name)


@accounts.post(f"{_ACCOUNT}/disable")
@needs(Action.MANAGE_ACCOUNTS)
def disable(name: str) -> Answer:
    """Let nobody use it."""
    session, found = current_session(), _other(name)
    services.disable(session, found, now=context().now())
    session.commit()
    return _back(name)


@accounts.post(f"{_ACCOUNT}/enable")
@needs(Action.MANAGE_ACCOUNTS)
def enable(name: str) -> Answer:
    """Let it be used again."""
    session, found = current_session(), _other(name)
    services.enable(session, found, now=context().now())
    session.commit()
    return _back(name)


@accounts.post(f"{_ACCOUNT}/sign-out")
@needs(Action.MANAGE_ACCOUNTS)
def sign_out(name: str) -> Answer:
    """End its sessions."""
    session, found = current_session(), _other(name)
    sessions.sign_out(session, found, now=context().now())
    session.commit()
    return _back(name)


@accounts.post(f"{_ACCOUNT}/tokens/<token_prefix:prefix>/revoke")
@needs(Action.MANAGE_ACCOUNTS)
def revoke_token(name: str, prefix: str) -> Answer:
    """Stop one of its tokens."""
    session, found = current_session(), queries.account_of(current_session(), name)
    tokens.revoke(session, found.id, prefix, now=context().now())
    session.commit()
    return _back(name)


@accounts.post(f"{_ACCOUNT}/keys/<hex(length=64):keyid>/revoke")
@needs(Action.MANAGE_ACCOUNTS)
def revoke_key(name: str, keyid: str) -> Answer:
    """Stop one of its keys."""
    session, found = current_session(), queries.account_of(current_session(), name)
    keys.revoke(session, found.id, keyid, now=context().now())
    session.commit()
    return _back(name)


def _other(name: str) -> Account:
    found = queries.account_of(current_session(), name)
    if found.id == current_principal().account_id:
        raise NotOneself(
            "nobody takes their own rights away here",
            next_step="Have another administrator do it, or use the command line.",
        )
    return found


def _filter() -> queries.AccountFilter:
    fields = Fields(request.args)
    role = _role(fields) if request.args.get("role") else None
    return queries.AccountFilter(fields.text("q", NAME_LENGTH), role)


def _role(fields: Fields) -> Role:
    role = fields.choice("role", Role)
    if role not in ACCOUNT_ROLES:
        raise BadField(
            "is no role of an account",
            where="role",
            next_step=f"Choose {', '.join(ACCOUNT_ROLES)}.",
        )
    return role


def _row(one: Account) -> dict[str, Any]:
    return {
        "name": one.name,
        "role": one.role,
        "since": spelled(one.created_at),
        "disabled": spelled(one.disabled_at),
    }


def _back(name: str) -> Answer:
    return redirect(url_for("accounts.account", name=name), 303)
