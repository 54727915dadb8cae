"""`refcheck registry audit`: read the log, sign what it is, prove and check it."""

from __future__ import annotations

import json
from pathlib import Path

import click
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck.errors import BadInput, WrongUse
from refcheck.result.signing import load_signer, read_public_key
from refcheck_server.accounts.rights import Action
from refcheck_server.audit import proofs
from refcheck_server.audit.checking import check
from refcheck_server.audit.checkpoints import Checkpoint, read_checkpoint, sign_checkpoint
from refcheck_server.audit.errors import Tampered
from refcheck_server.audit.log import as_json as leaf
from refcheck_server.audit.models import AuditEvent
from refcheck_server.audit.proofs import as_document, prove_consistency, prove_inclusion, read_proof
from refcheck_server.commandline import (
    in_registry,
    performs,
    place,
    read_settings,
    registry_session,
    utc_now,
)

_out = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)
_NUMBER = click.IntRange(0, 999_999_999)
_size = click.option("--size", type=_NUMBER, help="Of the log. Default: as it is now.")
_keys = click.option(
    "--registry-key",
    "key_files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="The registry's key, public or private. Default: the signing key of the settings.",
)


@click.group()
def audit() -> None:
    """The log of what happened here, which nobody can change unnoticed."""


@audit.command("list")
@click.option("--about", metavar="SUBJECT", help="Only events about this, like `cloud:DIGEST`.")
@click.option("--json", "as_json", is_flag=True, help="The leaves of the log, one a line.")
@in_registry(Action.SEE_LOG)
def audit_list(session: Session, about: str | None, *, as_json: bool) -> None:
    """List the events, oldest first."""
    events = select(AuditEvent).order_by(AuditEvent.number)
    if about is not None:
        events = events.where(AuditEvent.subject == about)
    for event in session.scalars(events.execution_options(yield_per=1000)):
        if as_json:
            click.echo(leaf(event))
        else:
            when = f"{event.at:%Y-%m-%d %H:%M:%S}"
            words = (when, event.actor, event.action, event.subject, event.detail)
            click.echo(f"{event.number:>6}  {'  '.join(words)}")


@audit.command()
@_out
@place
@performs(Action.PUBLISH)
def checkpoint(out: Path | None, database: str | None, data: Path | None) -> None:
    """Sign what the log is now; keep the document where this registry cannot change it."""
    signer = load_signer(read_settings(database, data).signing_key)
    with registry_session(database, data) as session:
        made = sign_checkpoint(session, signer, now=utc_now())
        size, root, envelope = made.size, made.root, made.envelope
    _tell(envelope, out, f"checkpoint  {size} events, root {root}")


@audit.command()
@click.option(
    "--checkpoint",
    "checkpoint_files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A checkpoint that was kept elsewhere.",
)
@_keys
@place
@performs(Action.SEE_LOG)
def verify(
    checkpoint_files: tuple[Path, ...],
    key_files: tuple[Path, ...],
    database: str | None,
    data: Path | None,
) -> None:
    """Look at every row of the log, against its tree and against signed checkpoints.

    Ends with 1 when anything is not as it was recorded. Whoever can write to the database can write
    another log that agrees with itself: only checkpoints show that, best those kept elsewhere.
    """
    keys = _read_keys(key_files, read_settings(database, data).signing_key)
    kept = [_read_checkpoint(file, keys) for file in checkpoint_files]
    with registry_session(database, data) as session:
        found = check(session, keys, kept)
    for fault in found.faults[1:]:
        click.echo(f"fault  {fault}", err=True)
    if found.faults:
        raise Tampered(
            found.faults[0],
            where="audit log",
            next_step="Compare with a backup: see docs/how-to/run-a-registry.md.",
        )
    click.echo(f"sound    {found.size} events, root {found.root}")
    click.echo(f"covered  {found.covered} of them by a signed checkpoint")
    if not keys:
        click.echo("no key of the registry is here: its checkpoints were not looked at")


@audit.command("prove-inclusion")
@click.argument("number", type=_NUMBER)
@_size
@_out
@in_registry(Action.SEE_LOG)
def inclusion(session: Session, number: int, size: int | None, out: Path | None) -> None:
    """Prove that event NUMBER is in the log."""
    proof = as_document(prove_inclusion(session, number, size))
    _tell(json.dumps(proof, indent=1), out, "proof")


@audit.command("prove-consistency")
@click.argument("old", type=_NUMBER)
@_size
@_out
@in_registry(Action.SEE_LOG)
def consistency(session: Session, old: int, size: int | None, out: Path | None) -> None:
    """Prove that the log begins with the OLD events that it once had."""
    proof = as_document(prove_consistency(session, old, size))
    _tell(json.dumps(proof, indent=1), out, "proof")


@audit.command("check-proof")
@click.argument("proof_file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--checkpoint",
    "checkpoint_files",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="What the registry signed; for a consistency proof the old and the new one.",
)
@click.option(
    "--registry-key", "key_files", multiple=True, required=True, type=click.Path(path_type=Path)
)
@performs(Action.BROWSE)
def check_proof(
    proof_file: Path, checkpoint_files: tuple[Path, ...], key_files: tuple[Path, ...]
) -> None:
    """Check the proof in FILE against signed checkpoints; needs no registry and no network."""
    keys = _read_keys(key_files, None)
    signed = [_read_checkpoint(file, keys) for file in checkpoint_files]
    click.echo(
        f"holds  {proofs.check_proof(read_proof(_read(proof_file), where=str(proof_file)), signed)}"
    )


def _read_keys(files: tuple[Path, ...], default: Path | None) -> list[SSlibKey]:
    if not files and default is not None and default.is_file():
        files = (default,)
    return [read_public_key(file) for file in files]


def _read_checkpoint(file: Path, keys: list[SSlibKey]) -> Checkpoint:
    return read_checkpoint(_read(file), keys, where=str(file))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(
            f"cannot be read ({error.strerror})", where=str(file), next_step="Check the path."
        ) from error


def _tell(text: str, out: Path | None, what: str) -> None:
    """Print a document, or write it to a file and say so."""
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise WrongUse(
            f"cannot be written ({error.strerror})",
            where=str(out),
            next_step="Name a file in a folder that you may write to.",
        ) from error
    click.echo(f"{what}, in {out}")
