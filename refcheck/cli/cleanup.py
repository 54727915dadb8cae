"""`refcheck cleanup`: remove what a run that was killed left in its cloud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from refcheck.cloud.connection import Cloud
    from refcheck.cloud.ledger import Ledger
    from refcheck.plugin.identities import Others
    from refcheck.result.journal import RunStarted


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(file_okay=False, path_type=Path))
@click.option("--os-cloud", metavar="NAME", help="Where it is in clouds.yaml; else as in the run.")
@click.option("--os-cloud-admin", metavar="NAME", help="Who made users; else as in the run.")
def cleanup(folder: Path, os_cloud: str | None, os_cloud_admin: str | None) -> int:
    """Remove what the run in folder RUN left in its cloud; nothing else is ever deleted.

    Exit status: 0 nothing is left, 1 something could not be removed.
    """
    from refcheck.cloud.connection import connect
    from refcheck.cloud.ledger import Ledger
    from refcheck.cloud.sweeping import sweep
    from refcheck.errors import ExitCode
    from refcheck.plugin.identities import Identities, Others
    from refcheck.result.journal import RunStarted, read_journal

    started = next(e for e in read_journal(folder / "journal.sqlite") if isinstance(e, RunStarted))
    ledger_file = folder / "ledger.sqlite"
    if not ledger_file.exists():
        click.echo("the run created nothing")
        return ExitCode.DONE
    others = Others.from_json(started.facts.get("identities", {}))
    others = replace(others, administrator=os_cloud_admin or others.administrator)
    own = connect(os_cloud or started.cloud_name)
    ledger = Ledger(ledger_file, own.recorder.scrubber.scrub)
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
