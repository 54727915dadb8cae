"""`refcheck cleanup`: remove what a run that was killed left in its cloud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.cli.run_argument import names_a_run

if TYPE_CHECKING:
    from refcheck.cloud.connection import Cloud
    from refcheck.cloud.ledger import Ledger
    from refcheck.plugin.identities import Others
    from refcheck.result.events import RunStarted


@click.command()
@names_a_run
@click.option("--os-cloud", metavar="NAME", help="Where it is in clouds.yaml; else as in the run.")
@click.option("--os-cloud-admin", metavar="NAME", help="Who made users; else as in the run.")
def cleanup(folder: Path, os_cloud: str | None, os_cloud_admin: str | None) -> int:
    """Remove what a run left in its cloud; nothing else is ever deleted.

    RUN is its folder, its name in the folder of runs, or `latest`.

    Exit status: 0 nothing is left, 1 something could not be removed.
    """
    from refcheck.plugin import run_lock
    from refcheck.result.events import RunStarted
    from refcheck.result.journal import read_journal

    events = read_journal(folder / "journal.sqlite")
    started = next((event for event in events if isinstance(event, RunStarted)), None)
    if started is None or not (folder / "ledger.sqlite").exists():
        click.echo("the run created nothing")
        return 0
    with run_lock.control(folder):
        run_lock.wait_for_workers(folder)
        return _clean_up(folder, started, os_cloud, os_cloud_admin)


def _clean_up(
    folder: Path, started: RunStarted, os_cloud: str | None, os_cloud_admin: str | None
) -> int:
    from refcheck.cloud.connection import connect
    from refcheck.cloud.ledger import Ledger
    from refcheck.cloud.sweeping import sweep
    from refcheck.errors import ExitCode
    from refcheck.plugin.identities import Identities, Others

    others = Others.from_json(started.facts.get("identities", {}))
    others = replace(others, administrator=os_cloud_admin or others.administrator)
    own = connect(os_cloud or started.cloud_name)
    ledger = Ledger(folder / "ledger.sqlite", own.recorder.scrubber.scrub)
    _check_place(started, ledger, own, others)
    number = len(ledger.open_entries())
    left = sweep(Identities(others, lambda: own).service, ledger)
    for what in left:
        click.echo(f"left behind: {what}")
    click.echo(f"{number - len(left)} removed, {len(left)} left")
    return ExitCode.DOES_NOT_QUALIFY if left else ExitCode.DONE


def _check_place(started: RunStarted, ledger: Ledger, own: Cloud, others: Others) -> None:
    """See that it is the run's project: in another one all would seem to be gone already.

    Raises:
        CloudConfigFault: it is another one, or the administrator is of another cloud.
    """
    from refcheck.cloud.kinds import AS_ADMINISTRATOR
    from refcheck.errors import CloudConfigFault
    from refcheck.plugin.identities import settle

    project = started.facts.get("project", own.project_id)
    if own.project_id != project:
        raise CloudConfigFault(
            f"the run was in another project, {project}",
            where=own.name,
            next_step="Name credentials of that project with --os-cloud.",
        )
    ways = [entry.undo for entry in ledger.open_entries() if entry.undo]
    if any(way.service.startswith(AS_ADMINISTRATOR) for way in ways):
        settle(own, None, others.administrator)
