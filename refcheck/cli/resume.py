"""`refcheck resume`: go on with a run that was killed, interrupted or cut short."""

from __future__ import annotations

from pathlib import Path

import click

from refcheck.cli.run_argument import names_a_run


@click.command()
@names_a_run
@click.option("--os-cloud", metavar="NAME", help="Where it is in clouds.yaml; else as in the run.")
@click.option("-n", "--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--tx", metavar="SPEC", multiple=True, help="As of `refcheck run`.")
@click.option("--errors", is_flag=True, help="Run again what ended as error, too.")
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), help="Key that signs.")
def resume(
    folder: Path,
    os_cloud: str | None,
    workers: int,
    tx: tuple[str, ...],
    key: Path | None,
    *,
    errors: bool,
) -> int:
    """Go on with a run: what is decided stays, the rest is run.

    RUN is its folder, its name in the folder of runs, or `latest`. What the run had left in its
    cloud is removed first. Exit status as of `refcheck run`.
    """
    from rich.console import Console

    from refcheck.cli.run import carry_out, check_spread
    from refcheck.errors import WrongUse
    from refcheck.plugin import run_lock
    from refcheck.plugin.resuming import Resumption, is_complete, take_up
    from refcheck.result.journal import read_journal

    check_spread(tx)
    console = Console(highlight=False)
    journal = folder / "journal.sqlite"
    events = tuple(read_journal(journal))
    if is_complete(events) and (folder / "result.json").is_file() and not errors:
        raise WrongUse(
            "the run is complete: there is nothing to go on with",
            where=str(folder),
            next_step="See it with `refcheck report`, or run what ended as error again: --errors.",
        )
    with run_lock.control(folder):
        run_lock.wait_for_workers(folder)
        events = tuple(read_journal(journal))  # all of them: nobody writes any more
        ready = take_up(Resumption(folder, os_cloud, key, errors), events)
    return carry_out(ready, workers, console, events, tx).code
