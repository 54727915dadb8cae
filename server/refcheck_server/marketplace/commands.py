"""`refcheck registry publish` and `claim`: what the world sees, and what is taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from refcheck.errors import WrongUse
from refcheck.result.signing import load_signer
from refcheck_server.accounts.rights import Action
from refcheck_server.commandline import (
    in_registry,
    performs,
    place,
    read_settings,
    registry_session,
    utc_now,
)
from refcheck_server.marketplace.issuing import revoke
from refcheck_server.marketplace.publishing import publish as write
from refcheck_server.marketplace.queries import claims_of
from refcheck_server.marketplace.terms import CLAIM_DAYS, LIST_DAYS, Terms
from refcheck_server.results.models import TEXT
from refcheck_server.results.queries import cloud_of_prefix
from refcheck_server.settings import public_address


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--address", metavar="URL", help="Where DIR will be on the web; goes into claims.")
@click.option(
    "--claim-days",
    type=click.IntRange(1, 400),
    default=CLAIM_DAYS,
    show_default=True,
    help="How long a claim holds; it is renewed when half of that is over.",
)
@click.option(
    "--list-days",
    type=click.IntRange(1, 90),
    default=LIST_DAYS,
    show_default=True,
    help="How long a revocation list is good; publish at least twice in that time.",
)
@click.option("--whole", is_flag=True, help="Make every file anew.")
@place
@performs(Action.PUBLISH)
def publish(
    folder: Path,
    address: str | None,
    claim_days: int,
    list_days: int,
    *,
    whole: bool,
    database: str | None,
    data: Path | None,
) -> None:
    """Sign what each cloud may claim now, and write all of it to DIR, for any web server.

    DIR becomes a link to the newest tree beside it; whoever reads sees the old tree or the new one,
    never half of one. Files that stay the same are not written again.
    """
    settings = read_settings(database, data)
    terms = Terms(
        claim=timedelta(days=claim_days),
        revocations=timedelta(days=list_days),
        address=_address(address),
        registry=settings.public_url,
    )
    signer = load_signer(settings.signing_key)
    with registry_session(database, data) as session:
        done = write(session, folder, signer, terms, now=utc_now(), whole=whole)
    click.echo(f"published  {done.clouds} clouds with {done.claims} claims in {folder}")
    click.echo(f"files      {done.files}, {done.written} of them new")
    click.echo(f"revoked    list {done.revocations}")


@click.group()
def claim() -> None:
    """Claims that this registry has signed."""


@claim.command("revoke")
@click.argument("digest")
@click.option("--target", metavar="PROGRAM", help="Only for this program. Default: for all.")
@click.option("--reason", required=True, help="One sentence, which is published.")
@in_registry(Action.PUBLISH)
def claim_revoke(session: Session, digest: str, target: str | None, reason: str) -> None:
    """Take back what the cloud with this DIGEST may claim, until a new run of it is judged.

    The world learns of it with the next `refcheck registry publish`.
    """
    cloud = cloud_of_prefix(session, digest)
    claims = claims_of(session, cloud, target, utc_now())
    revoke(session, claims, _reason(reason), now=utc_now())
    for one in claims:
        click.echo(f"revoked  {one.sha256[:12]}…  {one.wording}")


def _address(value: str | None) -> str | None:
    return None if value is None else public_address(value, "--address")


def _reason(value: str) -> str:
    if not value.isprintable() or not 1 <= len(value.strip()) <= TEXT:
        raise WrongUse(
            "cannot be published as a reason",
            where="--reason",
            next_step=f"Give one line of at most {TEXT} characters.",
        )
    return value.strip()
