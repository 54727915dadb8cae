"""`refcheck registry work` and `job`: do what waits, and look at what failed."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.accounts.rights import Action
from refcheck_server.commandline import in_registry, opened, performs, place, read_settings, utc_now
from refcheck_server.jobs import queries
from refcheck_server.jobs.models import Job
from refcheck_server.operations import logs
from refcheck_server.settings import Log


@click.command()
@click.option("--until-empty", is_flag=True, help="End when nothing is due, for cron and scripts.")
@place
@performs(Action.OPERATE)
def work(*, until_empty: bool, database: str | None, data: Path | None) -> None:
    """Do background jobs until Ctrl-C: notices by mail and webhook.

    With SQLite `registry serve` does them itself. With PostgreSQL run one of these beside it, or
    several, on any machine. A job under way is ended before this command ends.
    """
    from refcheck_server.work import worker  # the whole application: not for `--help`

    settings = read_settings(database, data)
    if settings.log is Log.JSON:
        logs.write_json()
    store = opened(settings)
    made = worker(store, settings, utc_now)
    if until_empty:
        click.echo(f"tried     {made.work_off():,}")
        return
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda *_: stop.set())
    click.echo(f"works on  {store.engine.url.render_as_string()}")
    click.echo("Ctrl-C ends it.")
    made.work(stop)


@click.group()
def job() -> None:
    """Background jobs that are not done."""


@job.command("list")
@in_registry(Action.SEE_JOBS)
def job_list(session: Session) -> None:
    """List them, those that failed for good first."""
    for one in session.scalars(select(Job).order_by(Job.dead_at.is_(None), Job.due_at)):
        state = "failed" if one.dead_at else f"due {one.due_at:%Y-%m-%d %H:%M:%S}"
        words = (f"{one.attempts} attempts", one.arguments, one.fault or "")
        click.echo(f"{one.id:>8}  {one.task:<20}{state:<26}{'  '.join(words)}")


@job.command("retry")
@click.argument("job_id", metavar="ID", type=click.IntRange(1, 999_999_999))
@in_registry(Action.MANAGE_JOBS)
def job_retry(session: Session, job_id: int) -> None:
    """Try the job ID, which failed for good, once more."""
    click.echo(f"retried   {queries.retry(session, job_id, now=utc_now()).task}")


@job.command("drop")
@click.argument("job_id", metavar="ID", type=click.IntRange(1, 999_999_999))
@in_registry(Action.MANAGE_JOBS)
def job_drop(session: Session, job_id: int) -> None:
    """Forget the job ID, which failed for good."""
    queries.drop(session, job_id, now=utc_now())
    click.echo(f"dropped   {job_id}")
