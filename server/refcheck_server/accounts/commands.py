"""`refcheck registry account|token|key`: who may send results."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck_server.accounts.rights import ACCOUNT_ROLES, Action, Role, Scope
from refcheck_server.commandline import performs, place, registry_session, utc_now

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from refcheck_server.accounts.models import Account

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
@place
@performs(Action.MANAGE_ACCOUNTS)
def account_add(
    name: str,
    role: str,
    key_file: Path | None,
    token_out: Path | None,
    database: str | None,
    data: Path | None,
) -> None:
    """Add the account NAME and give it a token, which is shown this once."""
    from refcheck_server.accounts import services

    with registry_session(database, data) as session:
        added = services.add_account(session, name, now=utc_now(), role=Role(role))
        if key_file is not None:
            _add_key(session, added, key_file)
        made = services.new_token(session, added, now=utc_now())
        click.echo(f"account  {name}")
    _hand_out(made.secret, token_out)


@account.command("list")
@place
@performs(Action.SEE_ACCOUNTS)
def account_list(database: str | None, data: Path | None) -> None:
    """List accounts with their tokens and keys."""
    from refcheck_server.accounts import services

    with registry_session(database, data) as session:
        for entry in services.overview(session):
            click.echo(f"{entry.name}  {entry.role}, {entry.state}")
            for line in (*entry.tokens, *entry.keys):
                click.echo(f"  {line}")


@account.command("role")
@click.argument("name")
@click.argument("role", type=_role)
@place
@performs(Action.MANAGE_ACCOUNTS)
def account_role(name: str, role: str, database: str | None, data: Path | None) -> None:
    """Let the account NAME be a submitter, reviewer, administrator or auditor, at once."""
    from refcheck_server.accounts import services

    with registry_session(database, data) as session:
        found = services.find_account(session, name)
        services.give_role(session, found, Role(role), now=utc_now())
        click.echo(f"{name}  {role}")


@account.command("password")
@click.argument("name")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read it from the standard input.")
@place
@performs(Action.MANAGE_ACCOUNTS)
def account_password(
    name: str, *, from_stdin: bool, database: str | None, data: Path | None
) -> None:
    """Give the account NAME a password, which is asked for.

    Its sessions end and its second factor goes: the owner sets up a new one.
    """
    from refcheck_server.accounts import services, signing_in

    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = click.prompt("password", hide_input=True, confirmation_prompt=True)
    with registry_session(database, data) as session:
        found = services.find_account(session, name)
        signing_in.set_password(session, found, given, now=utc_now())
        click.echo(f"{name}  has a new password")


@account.command("sign-out")
@click.argument("name")
@place
@performs(Action.MANAGE_ACCOUNTS)
def account_sign_out(name: str, database: str | None, data: Path | None) -> None:
    """End every session of the account NAME, at once."""
    from refcheck_server.accounts import services, sessions

    with registry_session(database, data) as session:
        sessions.sign_out(session, services.find_account(session, name), now=utc_now())
        click.echo(f"{name}  is signed in nowhere")


@account.command("disable")
@click.argument("name")
@place
@performs(Action.MANAGE_ACCOUNTS)
def account_disable(name: str, database: str | None, data: Path | None) -> None:
    """Let nobody use the account NAME: sessions end, tokens are refused. What it sent stays."""
    from refcheck_server.accounts import services

    with registry_session(database, data) as session:
        services.disable(session, services.find_account(session, name), now=utc_now())
        click.echo(f"{name}  is disabled")


@account.command("enable")
@click.argument("name")
@place
@performs(Action.MANAGE_ACCOUNTS)
def account_enable(name: str, database: str | None, data: Path | None) -> None:
    """Let the account NAME be used again."""
    from refcheck_server.accounts import services

    with registry_session(database, data) as session:
        services.enable(session, services.find_account(session, name), now=utc_now())
        click.echo(f"{name}  can be used")


@click.group()
def token() -> None:
    """API tokens."""


@token.command("new")
@click.argument("account_name", metavar="ACCOUNT")
@click.option("--days", type=click.IntRange(1, 3650), help="Expires after so many days.")
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
@place
@performs(Action.MANAGE_ACCOUNTS)
def token_new(
    account_name: str,
    days: int | None,
    scopes: tuple[str, ...],
    token_out: Path | None,
    database: str | None,
    data: Path | None,
) -> None:
    """Give ACCOUNT a new token, which is shown this once."""
    from refcheck_server.accounts import services

    with registry_session(database, data) as session:
        owner = services.find_account(session, account_name)
        expires = None if days is None else utc_now() + timedelta(days=days)
        made = services.new_token(
            session,
            owner,
            now=utc_now(),
            expires_at=expires,
            scopes={Scope(scope) for scope in scopes},
        )
    _hand_out(made.secret, token_out)


@token.command("revoke")
@click.argument("prefix")
@place
@performs(Action.MANAGE_ACCOUNTS)
def token_revoke(prefix: str, database: str | None, data: Path | None) -> None:
    """Stop the token that begins with PREFIX (`rck_…`), at once and for ever."""
    from refcheck_server.accounts import services

    with registry_session(database, data) as session:
        services.revoke_token(session, prefix, now=utc_now())
        click.echo(f"revoked  {prefix}")


@click.group()
def key() -> None:
    """Public keys that results are signed with."""


@key.command("add")
@click.argument("account_name", metavar="ACCOUNT")
@click.argument("key_file", metavar="FILE", type=click.Path(path_type=Path))
@place
@performs(Action.MANAGE_ACCOUNTS)
def key_add(account_name: str, key_file: Path, database: str | None, data: Path | None) -> None:
    """Let results signed by the public key in FILE count for ACCOUNT."""
    from refcheck_server.accounts import services

    with registry_session(database, data) as session:
        _add_key(session, services.find_account(session, account_name), key_file)


@key.command("revoke")
@click.argument("keyid")
@place
@performs(Action.MANAGE_ACCOUNTS)
def key_revoke(keyid: str, database: str | None, data: Path | None) -> None:
    """Refuse results signed by the key KEYID from now on; those already here stay."""
    from refcheck_server.accounts import services

    with registry_session(database, data) as session:
        services.revoke_key(session, keyid, now=utc_now())
        click.echo(f"revoked  {keyid}")


def _add_key(session: Session, owner: Account, file: Path) -> None:
    from refcheck.result.signing import read_public_key
    from refcheck_server.accounts import services

    found = read_public_key(file)
    services.add_key(session, owner, found, now=utc_now())
    click.echo(f"key id   {found.keyid}")


def _hand_out(secret: str, file: Path | None) -> None:
    """Give the token to the one who asked: to a file only they can read, or to the terminal."""
    from refcheck.errors import WrongUse

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
