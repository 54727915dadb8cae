"""`refcheck run`: run a guideline's tests against a cloud, and say what it qualifies for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pytest
    from rich.console import Console

    from refcheck.errors import FolderFault
    from refcheck.plugin.preflight import Plan, Ready
    from refcheck.report.progress import Progress
    from refcheck.result.journal import Event


@click.command()
@click.option("--os-cloud", metavar="NAME", envvar="OS_CLOUD", help="The cloud in clouds.yaml.")
@click.option("--os-cloud-alt", metavar="NAME", help="Another user's, of another project.")
@click.option("--os-cloud-admin", metavar="NAME", help="Of who may make users for tests; used for"
              " nothing else.")  # fmt: skip
@click.option("--guideline", metavar="ID|FILE", default="2020.06", show_default=True)
@click.option("--target", metavar="PROGRAM", default="platform", show_default=True)
@click.option("-n", "--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--runs", type=click.Path(file_okay=False, path_type=Path), default="refcheck-runs",
              show_default=True, help="Folder that keeps the runs.")  # fmt: skip
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), help="Key that signs.")
@click.option("--image", metavar="ID|NAME", default="", help="Boot this image; else one is chosen.")
@click.option("--flavor", metavar="ID|NAME", default="", help="Use this flavor; else the smallest.")
def run(
    os_cloud: str | None,
    os_cloud_alt: str | None,
    os_cloud_admin: str | None,
    guideline: str,
    target: str,
    workers: int,
    runs: Path,
    key: Path | None,
    image: str,
    flavor: str,
) -> int:
    """Run a guideline's tests against a cloud, sign the result, judge it, write the report.

    Exit status: 0 qualifies, 1 does not, 3 undecided or interrupted, 4 unreachable.
    """
    from rich.console import Console

    from refcheck.cloud.discovery import Overrides
    from refcheck.plugin.preflight import Plan

    overrides = Overrides(image, flavor)
    plan = Plan(os_cloud, guideline, target, runs, key, overrides, os_cloud_alt, os_cloud_admin)
    return run_plan(plan, workers, Console(highlight=False)).code


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended: its folder, whether it was interrupted, and the exit code that says so."""

    folder: Path
    interrupted: bool
    code: int


def run_plan(plan: Plan, workers: int, console: Console) -> RunEnd:
    """Carry out a plan with progress on the console."""
    from refcheck.cli.ending import ending_is_interrupting
    from refcheck.cli.verdict_exit import exit_code
    from refcheck.errors import ExitCode
    from refcheck.plugin.preflight import prepare
    from refcheck.plugin.schedule import workers_with_room
    from refcheck.report.closing import close
    from refcheck.report.progress import Progress

    ready = prepare(plan)
    wanted, workers = workers, workers_with_room(ready, workers)
    _announce(ready, workers, console)
    if workers < wanted:
        console.print(
            f"[yellow]attention[/] {workers} instead of {wanted} workers: more would take over half"
            " of what the quotas leave free; `refcheck plan` says which",
            soft_wrap=True,
        )
    with ending_is_interrupting(), Progress(console) as progress:
        interrupted = _run_pytest(ready, workers, progress)
    verdict = close(ready.folder, ready.guideline, console)
    code = ExitCode.UNDECIDED if interrupted else exit_code(verdict)
    return RunEnd(ready.folder, interrupted, code)


def _announce(ready: Ready, workers: int, console: Console) -> None:
    from refcheck.guideline.library import edition_notes
    from refcheck.plugin.identities import Others

    have = sum(test.implemented for test in ready.selected)
    console.print(
        f"[bold]{ready.cloud.name}[/] against guideline {ready.guideline.id}, target"
        f" {ready.plan.target}: {len(ready.selected)} tests selected, {have} to run with {workers}"
        f" worker{'s' * (workers > 1)}"
    )
    if have < len(ready.selected):
        console.print(f"{len(ready.selected) - have} tests have no implementation yet: undecided")
    for note in edition_notes(ready.guideline):
        console.print(f"[yellow]attention[/] {note}", soft_wrap=True)
    if ready.others == Others():
        console.print(
            "[yellow]attention[/] no second identity: tests that need one stay undecided;"
            " name another user with --os-cloud-alt",
            soft_wrap=True,
        )
    for fact, problem in ready.facts.problems.items():
        console.print(f"[yellow]attention[/] {fact}: {problem}", soft_wrap=True)


class _Listener:
    """Passes the plugin's events on to the progress view, and keeps what stopped the run."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.fault: FolderFault | None = None

    def pytest_refcheck_event(self, event: Event) -> None:
        self._progress.take(event)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.fault = getattr(excinfo.value, "fault", None)


def _run_pytest(ready: Ready, workers: int, progress: Progress) -> bool:
    """Run the suite. Returns whether it was interrupted.

    Raises:
        FolderFault: nothing can be kept of the run any more.
    """
    import pytest

    from refcheck.plugin import suite
    from refcheck.plugin.controller import COMPLETE, RunStopped
    from refcheck.plugin.setup import Prepared

    folder = suite.folder()
    arguments = [
        str(folder),
        f"--rootdir={folder}",
        f"--config-file={folder / 'pytest.ini'}",
        # Only what a run needs: other plugins of the environment must not change its outcome.
        "--disable-plugin-autoload",
        *("-p", "refcheck.plugin", "-p", "xdist.plugin"),
        *("-p", "no:terminal", "-p", "no:cacheprovider"),
        *("--refcheck", "--os-cloud", ready.cloud.name),
    ]
    if ready.plan.key:
        arguments += ["--refcheck-key", str(ready.plan.key)]
    if workers > 1:
        arguments += ["-n", str(workers)]
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # the suite may lie in a read-only place
    listener = _Listener(progress)
    try:
        status = pytest.main(arguments, plugins=[Prepared(ready), listener])
    except RunStopped as stopped:  # when all tests had ended
        raise stopped.fault from stopped
    if listener.fault:
        raise listener.fault
    return status not in COMPLETE
