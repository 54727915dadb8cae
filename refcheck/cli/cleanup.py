"""`refcheck cleanup`: remove what a run that was killed left in its cloud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click


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
    number = len(ledger.open_entries())
    left = sweep(Identities(others, lambda: own).service, ledger)
    for what in left:
        click.echo(f"left behind: {what}")
    click.echo(f"{number - len(left)} removed, {len(left)} left")
    return ExitCode.DOES_NOT_QUALIFY if left else ExitCode.DONE
