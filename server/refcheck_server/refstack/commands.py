"""`refcheck registry refstack-key`: who may sign uploads of RefStack's client."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from refcheck_server.accounts.rights import Action
from refcheck_server.accounts.services import find_account
from refcheck_server.commandline import in_registry, utc_now
from refcheck_server.refstack import signers


@click.group("refstack-key")
def refstack_key() -> None:
    """RSA keys that uploads of refstack-client are signed with."""


@refstack_key.command("add")
@click.argument("account_name", metavar="ACCOUNT")
@click.argument("key_file", metavar="FILE", type=click.Path(path_type=Path))
@in_registry(Action.MANAGE_ACCOUNTS)
def refstack_key_add(session: Session, account_name: str, key_file: Path) -> None:
    """Let uploads signed by the RSA key in FILE (OpenSSH's form, `.pub`) count for ACCOUNT."""
    owner = find_account(session, account_name)
    added = signers.add_key(session, owner, key_file, now=utc_now())
    click.echo(f"key sha256  {added.sha256}")


@refstack_key.command("revoke")
@click.argument("sha256")
@in_registry(Action.MANAGE_ACCOUNTS)
def refstack_key_revoke(session: Session, sha256: str) -> None:
    """Refuse uploads signed by the key of this SHA256 from now on; those already here stay."""
    signers.revoke_key(session, sha256, now=utc_now())
    click.echo(f"revoked  {sha256}")
