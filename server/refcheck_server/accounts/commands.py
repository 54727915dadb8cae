"""`refcheck registry account|token|key`: who may send results."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck.errors import WrongUse
from refcheck.result.signing import read_public_key
from refcheck_server.accounts import queries, services, sessions, signing_in
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import (
    ACCOUNT_ROLES,
    MOST_TOKEN_DAYS,
    TOKEN_DAYS,
    Action,
    Role,
    Scope,
)
from refcheck_server.commandline import in_registry, utc_now

_token_out = click.option(
    "--token-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the token to this new file (mode 0600) instead of printing it.",
)
_role = click.Choice([role.value for role in ACCOUNT_ROLES])


@click.group()
def account() -> None:
    """Accounts: who may do what."""


@account.command("add")
@click.argument("name")
@click.option("--key", "key_file", type=click.Path(path_type=Path), help="Public key file (PEM).")
@click.option("--role", type=_role, default=Role.SUBMITTER.value, show_default=True)
@_token_out
@in_registry(Action.MANAGE_ACCOUNTS)
def account_add(
    session: Session, name: str, role: str, key_file: Path | None, token_out: Path | None
) -> None:
    """Add the account NAME and give it a token, which is shown this once."""
    added = services.add_account(session, name, now=utc_now(), role=Role(role))
    if key_file is not None:
        _add_key(session, added, key_file)
    made = services.new_token(session, added, now=utc_now())
    click.echo(f"account  {name}")
    _hand_out(made.secret, token_out)


@account.command("list")
@in_registry(Action.SEE_ACCOUNTS)
def account_list(session: Session) -> None:
    """List accounts with their tokens and keys."""
    for one in session.scalars(select(Account).order_by(Account.name)):
        click.echo(f"{one.name}  {one.role}, {_state(one)}")
        for token in reversed(queries.tokens_of(session, one.id)):
            if token.revoked_at is not None:
                state = f"revoked {token.revoked_at:%Y-%m-%d}"
            elif token.expires_at is not None:
                state = f"expires {token.expires_at:%Y-%m-%d}"
            else:
                state = "does not expire"
            click.echo(f"  token {token.prefix}…  {token.scopes}, {state}")
        for key in reversed(queries.keys_of(session, one.id)):
            good = f"since {key.added_at:%Y-%m-%d}"
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else good
            click.echo(f"  key   {key.keyid}  {state}")


@account.command("role")
@click.argument("name")
@click.argument("role", type=_role)
@in_registry(Action.MANAGE_ACCOUNTS)
def account_role(session: Session, name: str, role: str) -> None:
    """Let the account NAME be a submitter, reviewer, administrator or auditor, at once."""
    services.give_role(session, services.find_account(session, name), Role(role), now=utc_now())
    click.echo(f"{name}  {role}")


@account.command("password")
@click.argument("name")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read it from the standard input.")
@in_registry(Action.MANAGE_ACCOUNTS)
def account_password(session: Session, name: str, *, from_stdin: bool) -> None:
    """Give the account NAME a password, which is asked for.

    Its sessions end and its second factor goes: the owner sets up a new one.
    """
    found = services.find_account(session, name)
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = click.prompt("password", hide_input=True, confirmation_prompt=True)
    signing_in.set_password(session, found, given, now=utc_now())
    click.echo(f"{name}  has a new password")


@account.command("sign-out")
@click.argument("name")
@in_registry(Action.MANAGE_ACCOUNTS)
def account_sign_out(session: Session, name: str) -> None:
    """End every session of the account NAME, at once."""
    sessions.sign_out(session, services.find_account(session, name), now=utc_now())
    click.echo(f"{name}  is signed in nowhere")


@account.command("disable")
@click.argument("name")
@in_registry(Action.MANAGE_ACCOUNTS)
def account_disable(session: Session, name: str) -> None:
    """Let nobody use the account NAME: sessions end, tokens are refused. What it sent stays."""
    services.disable(session, services.find_account(session, name), now=utc_now())
    click.echo(f"{name}  is disabled")


@account.command("enable")
@click.argument("name")
@in_registry(Action.MANAGE_ACCOUNTS)
def account_enable(session: Session, name: str) -> None:
    """Let the account NAME be used again."""
    services.enable(session, services.find_account(session, name), now=utc_now())
    click.echo(f"{name}  can be used")


@click.group()
def token() -> None:
    """API tokens."""


@token.command("new")
@click.argument("account_name", metavar="ACCOUNT")
@click.option(
    "--days",
    type=click.IntRange(1, MOST_TOKEN_DAYS),
    default=TOKEN_DAYS,
    show_default=True,
    help="Expires after so many days.",
)
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    default=[Scope.RESULTS.value],
    show_default=True,
    help="What it is good for; may be given several times.",
)
@_token_out
@in_registry(Action.MANAGE_ACCOUNTS)
def token_new(
    session: Session,
    account_name: str,
    days: int,
    scopes: tuple[str, ...],
    token_out: Path | None,
) -> None:
    """Give ACCOUNT a new token, which is shown this once."""
    made = services.new_token(
        session,
        services.find_account(session, account_name),
        now=utc_now(),
        days=days,
        scopes={Scope(scope) for scope in scopes},
    )
    _hand_out(made.secret, token_out)


@token.command("revoke")
@click.argument("prefix")
@in_registry(Action.MANAGE_ACCOUNTS)
def token_revoke(session: Session, prefix: str) -> None:
    """Stop the token that begins with PREFIX (`rck_…`), at once and for ever."""
    services.revoke_token(session, prefix, now=utc_now())
    click.echo(f"revoked  {prefix}")


@click.group()
def key() -> None:
    """Public keys that results are signed with."""


@key.command("add")
@click.argument("account_name", metavar="ACCOUNT")
@click.argument("key_file", metavar="FILE", type=click.Path(path_type=Path))
@in_registry(Action.MANAGE_ACCOUNTS)
def key_add(session: Session, account_name: str, key_file: Path) -> None:
    """Let results signed by the public key in FILE count for ACCOUNT."""
    _add_key(session, services.find_account(session, account_name), key_file)


@key.command("revoke")
@click.argument("keyid")
@in_registry(Action.MANAGE_ACCOUNTS)
def key_revoke(session: Session, keyid: str) -> None:
    """Refuse results signed by the key KEYID from now on; those already here stay."""
    services.revoke_key(session, keyid, now=utc_now())
    click.echo(f"revoked  {keyid}")


def _state(one: Account) -> str:
    if one.disabled_at is not None:
        return f"disabled {one.disabled_at:%Y-%m-%d}"
    if one.password_hash is None:
        return "no password"
    return "password and second factor" if one.second_factor else "password"


def _add_key(session: Session, owner: Account, file: Path) -> None:
    found = read_public_key(file)
    services.add_key(session, owner, found, now=utc_now())
    click.echo(f"key id   {found.keyid}")


def _hand_out(secret: str, file: Path | None) -> None:
    """Give the token to the one who asked: to a file only they can read, or to the terminal."""
    if file is None:
        click.echo(f"token    {secret}   (shown only now)")
        return
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise WrongUse(
            f"cannot write the token ({error.strerror})",
            where=str(file),
            next_step="Name a new file in a folder that you may write to.",
        ) from error
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secret + "\n")
    click.echo(f"token    in {file}")
