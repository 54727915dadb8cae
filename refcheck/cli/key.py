"""`refcheck key`: make and show the keys that sign results."""

from __future__ import annotations

from pathlib import Path

import click


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
