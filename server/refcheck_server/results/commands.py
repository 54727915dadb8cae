"""`refcheck registry cloud` and `rejudge`: about clouds, and their results judged anew."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from refcheck.guideline.library import builtin
from refcheck_server.accounts.rights import Action
from refcheck_server.accounts.services import find_account
from refcheck_server.audit.log import operator, record
from refcheck_server.commandline import in_registry, opened, performs, place, read_settings, utc_now
from refcheck_server.results import rejudging, services
from refcheck_server.results.queries import cloud_of_prefix
from refcheck_server.results.standings import hold


@click.command()
@click.option("--guideline", "guideline_id", metavar="ID",
              help="Judge all results by this one too, beside what they have.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@place
@performs(Action.MANAGE_CLOUDS)
def rejudge(
    guideline_id: str | None, workers: int, database: str | None, data: Path | None
) -> None:
    """Judge stored results anew, after a new edition of a guideline or of refcheck.

    Each result is judged by the present edition of the guideline that it names, if that or the
    engine has changed since. New verdicts are written beside the old ones, and what stands for
    clouds follows. A run that was stopped goes on when it is started again.
    """
    if guideline_id is not None:
        builtin(guideline_id)
    store = opened(read_settings(database, data))
    some = rejudging.rejudge(
        store, at=utc_now(), workers=workers, guideline_id=guideline_id, actor=operator()
    )
    judged = sum(some)
    click.echo(f"judged    {judged:,} result{'' if judged == 1 else 's'} anew")


@click.group()
def cloud() -> None:
    """Clouds that results came from."""


@cloud.command("label")
@click.argument("digest")
@click.argument("label")
@in_registry(Action.MANAGE_CLOUDS)
def cloud_label(session: Session, digest: str, label: str) -> None:
    """Call the cloud with this DIGEST by the name LABEL on the pages.

    DIGEST may be its first 8 digits or more.
    """
    found = services.label_cloud(session, digest, label)
    detail = {"label": found.label}
    record(session, "cloud.labelled", f"cloud:{found.digest}", detail, at=utc_now())
    click.echo(f"labelled  {found.digest[:12]}…  {found.label}")


@cloud.command("hold")
@click.argument("digest")
@click.argument("account_name", metavar="ACCOUNT")
@in_registry(Action.MANAGE_CLOUDS)
def cloud_hold(session: Session, digest: str, account_name: str) -> None:
    """Let the results of ACCOUNT, and only they, decide for the cloud with this DIGEST.

    The account that sends the first result of a cloud holds it until this command gives it to
    another. What stands for the cloud is worked out anew from the complete results of ACCOUNT;
    the results of others stay and are shown. DIGEST may be its first 8 digits or more.
    """
    owner = find_account(session, account_name)
    found = cloud_of_prefix(session, digest)
    before = found.holder.name
    standing = hold(session, found, owner)
    detail = {"before": before, "holder": owner.name}
    record(session, "cloud.given", f"cloud:{found.digest}", detail, at=utc_now())
    click.echo(f"cloud     {found.digest}")
    click.echo(f"held by   {owner.name} (before: {before})")
    for verdict in standing:
        click.echo(
            f"stands    {verdict.title}: capabilities {verdict.capability_rule}, "
            f"designated code {verdict.designated_code_rule} (result {verdict.result_id})"
        )
    if not standing:
        click.echo(f"stands    nothing: no complete result of {owner.name} is here yet")
