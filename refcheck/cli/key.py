"""`refcheck key`: make and show the keys that sign results."""

from __future__ import annotations

from pathlib import Path

import click

from refcheck.cli.registry_options import given_token, registry_options


@click.group()
def key() -> None:
    """Make and show the keys that sign results."""


@key.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Private key file to write; the public key goes beside it as FILE.pub.",
)
def new(out: Path | None) -> None:
    """Make an Ed25519 key pair; never overwrites one."""
    from refcheck.result.signing import default_key, load_public_key, new_key

    private = out or default_key()
    public = new_key(private)
    keyid = load_public_key(public.read_bytes(), where=str(public)).keyid
    click.echo(f"private key  {private}   (keep it: it signs in your name)")
    click.echo(f"public key   {public}   (give it to the registry)")
    click.echo(f"key id       {keyid}")


@key.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def show(file: Path | None) -> None:
    """Print the public key and key id of a private or .pub FILE."""
    from refcheck.result.signing import default_key, read_public_key

    public = read_public_key(file or default_key())
    click.echo(f"key id  {public.keyid}")
    click.echo(public.keyval["public"].strip())


@key.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@registry_options
def register(file: Path | None, registry: str, token: str | None, token_file: Path | None) -> None:
    """Register the public key of the private FILE with a registry.

    The token needs the scope `keys`. The registry asks for a statement that is signed with the
    key; the private key stays here.
    """
    from refcheck.registry_client.keys import register as send
    from refcheck.result.signing import default_key

    registered = send(file or default_key(), registry, given_token(token, token_file))
    click.echo(f"registered  {registered.keyid}")
    click.echo(f"account     {registered.account}")
