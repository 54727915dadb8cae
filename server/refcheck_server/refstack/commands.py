"""`refcheck registry refstack-key`: who may sign uploads of RefStack's client."""

from __future__ import annotations

from pathlib import Path

import click

from refcheck_server.accounts.rights import Action
from refcheck_server.commandline import performs, place, registry_session, utc_now


@click.group("refstack-key")
def refstack_key() -> None:
    """RSA keys that uploads of refstack-client are signed with."""


@refstack_key.command("add")
@click.argument("account_name", metavar="ACCOUNT")
@click.argument("key_file", metavar="FILE", type=click.Path(path_type=Path))
@place
@performs(Action.MANAGE_ACCOUNTS)
def refstack_key_add(
    account_name: str, key_file: Path, database: str | None, data: Path | None
) -> None:
    """Let uploads signed by the RSA key in FILE (OpenSSH's form, `.pub`) count for ACCOUNT."""
    from refcheck_server.accounts.services import find_account
    from refcheck_server.refstack import signers

    with registry_session(database, data) as session:
        owner = find_account(session, account_name)
        added = signers.add_key(session, owner, key_file, now=utc_now())
        click.echo(f"key sha256  {added.sha256}")


@refstack_key.command("revoke")
@click.argument("sha256")
@place
@performs(Action.MANAGE_ACCOUNTS)
def refstack_key_revoke(sha256: str, database: str | None, data: Path | None) -> None:
    """Refuse uploads signed by the key of this SHA256 from now on; those already here stay."""
    from refcheck_server.refstack import signers

    with registry_session(database, data) as session:
        signers.revoke_key(session, sha256, now=utc_now())
        click.echo(f"revoked  {sha256}")
