"""`refcheck run`: run a guideline's tests against a cloud, and say what it qualifies for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from refcheck.cli.narrowing_options import narrows
from refcheck.cli.report_option import write_reports, writes_reports

if TYPE_CHECKING:
    import pytest
    from rich.console import Console

    from refcheck.errors import FolderFault
    from refcheck.plugin.preflight import Plan, Ready
    from refcheck.report.formats import Format
    from refcheck.report.progress import Progress
    from refcheck.result.events import Event


@click.command()
@click.option("--os-cloud", metavar="NAME", envvar="OS_CLOUD", help="The cloud in clouds.yaml.")
@click.option("--os-cloud-alt", metavar="NAME", help="Another user's, of another project.")
@click.option("--os-cloud-admin", metavar="NAME", help="Of who may make users for tests; used for"
              " nothing else.")  # fmt: skip
@click.option("--guideline", metavar="ID|FILE", default="2020.06", show_default=True)
@click.option("--target", metavar="PROGRAM", default="platform", show_default=True)
@click.option("-n", "--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--tx", metavar="SPEC", multiple=True, help="Run a worker there instead, as in"
              " ssh=HOST//python=PYTHON; may be given again.")  # fmt: skip
@click.option("--runs", type=click.Path(file_okay=False, path_type=Path), default="refcheck-runs",
              show_default=True, help="Folder that keeps the runs.")  # fmt: skip
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), help="Key that signs.")
@click.option("--attempts", type=click.IntRange(1, 10), default=2, show_default=True,
              help="Tries of a test that fails.")  # fmt: skip
@click.option("--repeat", type=click.IntRange(1, 1000), default=1, show_default=True,
              help="Runs of each test, to see how steady outcomes are.")  # fmt: skip
@click.option("--image", metavar="ID|NAME", default="", help="Boot this image; else one is chosen.")
@click.option("--flavor", metavar="ID|NAME", default="", help="Use this flavor; else the smallest.")
@click.option("--guest-user", metavar="NAME", default="", help="Whom the image's guests let in.")
@click.option("--boot-budget", type=click.FloatRange(1, 86400), metavar="SECONDS", default=300,
              show_default=True, help="For a server to boot.")  # fmt: skip
@writes_reports
@narrows
def run(
    os_cloud: str | None,
    os_cloud_alt: str | None,
    os_cloud_admin: str | None,
    guideline: str,
    target: str,
    workers: int,
    tx: tuple[str, ...],
    runs: Path,
    key: Path | None,
    attempts: int,
    repeat: int,
    image: str,
    flavor: str,
    guest_user: str,
    boot_budget: float,
    reports: tuple[tuple[Format, Path], ...],
    **narrowed: Any,
) -> int:
    """Run a guideline's tests against a cloud, sign the result, judge it, write the report.

    Exit status: 0 qualifies, 1 does not, 3 undecided or interrupted, 4 unreachable.
    """
    from rich.console import Console

    from refcheck.cloud.discovery import Overrides
    from refcheck.plugin.attempting import Attempting
    from refcheck.plugin.narrowing_options import narrowing_of
    from refcheck.plugin.preflight import Plan

    check_spread(tx)
    overrides = Overrides(image, flavor, guest_user)
    plan = Plan(
        os_cloud, guideline, target, runs, key, overrides, os_cloud_alt, os_cloud_admin,
        Attempting(attempts, repeat), narrowing_of(**narrowed), boot_budget,
    )  # fmt: skip
    end = run_plan(plan, workers, Console(highlight=False), tx)
    write_reports(reports, end.folder, guideline)
    return end.code


def check_spread(tx: tuple[str, ...]) -> None:
    """See that workers can be started where `--tx` says.

    Raises:
        click.UsageError: their number is given as well.
        WrongUse: one cannot be started.
    """
    if not tx:
        return
    given = click.get_current_context().get_parameter_source
    if given("workers") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--tx and -n exclude each other: there is one worker per --tx.")
    from refcheck.plugin import gateways

    gateways.check(tx)


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended: its folder, whether it was interrupted, and the exit code that says so."""

    folder: Path
    interrupted: bool
    code: int


def run_plan(plan: Plan, workers: int, console: Console, tx: Sequence[str] = ()) -> RunEnd:
    """Carry out a plan with progress on the console, with so many workers or with those of `tx`."""
    from refcheck.plugin.preflight import prepare

    return carry_out(prepare(plan), workers, console, tx=tx)


def carry_out(
    ready: Ready,
    workers: int,
    console: Console,
    before: Sequence[Event] = (),
    tx: Sequence[str] = (),
) -> RunEnd:
    """Run what is due, with progress on the console; `before` are the events of a resumed run."""
    from refcheck.cli.ending import ending_is_interrupting
    from refcheck.cli.verdict_exit import exit_code
    from refcheck.errors import ExitCode
    from refcheck.plugin.gateways import specs
    from refcheck.plugin.schedule import workers_with_room
    from refcheck.report.closing import close
    from refcheck.report.progress import Progress

    wanted = len(specs(tx)) or workers
    room = workers_with_room(ready, wanted)
    workers = wanted if tx else room
    _announce(ready, workers, console)
    if room < wanted:
        few = (
            f"there is room for {room} workers only"
            if tx
            else f"{room} instead of {wanted} workers"
        )
        console.print(
            f"[yellow]attention[/] {few}: more would take over half of what the quotas leave free;"
            " `refcheck plan` says which",
            soft_wrap=True,
        )
    with ending_is_interrupting(), Progress(console) as progress:
        progress.catch_up(before)
        interrupted = _run_pytest(ready, _spreading(workers, tx), progress)
    result, verdict = close(ready.folder, ready.guideline, console)
    interrupted = interrupted or not result.complete
    if interrupted:
        console.print(f"go on    refcheck resume {ready.folder}", soft_wrap=True)
    code = ExitCode.UNDECIDED if interrupted else exit_code(verdict)
    return RunEnd(ready.folder, interrupted, code)


def _announce(ready: Ready, workers: int, console: Console) -> None:
    from rich.text import Text

    from refcheck.guideline.library import edition_notes
    from refcheck.plugin.identities import Others
    from refcheck.report.printable import printable
    from refcheck.report.wrapping import print_line

    def attend(words: str) -> None:
        print_line(console, Text.assemble(("attention", "yellow"), " ", printable(words)))

    selected = (
        f" against guideline {ready.guideline.id}, target {ready.plan.target}:"
        f" {len(ready.selected)} tests selected, {len(ready.due)} to run with"
        f" {workers} worker{'s' * (workers > 1)}"
    )
    print_line(console, Text.assemble((ready.cloud.name, "bold"), selected))
    for reason, number in Counter(test.left_out for test in ready.selected).items():
        if reason:
            print_line(console, printable(f"{number} left out: {reason}"))
    for service, words in ready.facts.found.get("changes", {}).get("services", {}).items():
        print_line(console, printable(f"changed  {service}: {', '.join(words)}"))
    missing = sum(not test.implemented for test in ready.selected)
    if missing:
        console.print(f"{missing} tests have no implementation yet: undecided")
    for note in edition_notes(ready.guideline):
        attend(note)
    if ready.others == Others():
        attend(
            "no second identity: tests that need one stay undecided; name another user with"
            " --os-cloud-alt"
        )
    for fact, problem in ready.facts.problems.items():
        attend(f"{fact}: {problem}")


class _Listener:
    """Passes the plugin's events on to the progress view, and keeps what stopped the run."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.fault: FolderFault | None = None

    def pytest_refcheck_event(self, event: Event) -> None:
        self._progress.take(event)

    def pytest_refcheck_stopping(self) -> None:
        self._progress.stop()

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.fault = getattr(excinfo.value, "fault", None)


def _spreading(workers: int, tx: Sequence[str]) -> list[str]:
    """Arguments of pytest that say where tests are and who runs them.

    Workers elsewhere find the suite by themselves, and read no configuration of where they are.
    """
    from refcheck.plugin import suite

    if tx:
        return [f"--config-file={os.devnull}", "--dist=load", *(f"--tx={spec}" for spec in tx)]
    folder = suite.folder()
    here = [str(folder), f"--rootdir={folder}", f"--config-file={folder / 'pytest.ini'}"]
    return [*here, "-n", str(workers)] if workers > 1 else here


def _run_pytest(ready: Ready, spreading: list[str], progress: Progress) -> bool:
    """Run the suite. Returns whether it was interrupted.

    Raises:
        FolderFault: nothing can be kept of the run any more.
    """
    import pytest

    from refcheck.plugin.controller import COMPLETE, RunStopped
    from refcheck.plugin.setup import Prepared

    arguments = [
        *spreading,
        # Only what a run needs: other plugins of the environment must not change its outcome.
        "--disable-plugin-autoload",
        *("-p", "refcheck.plugin", "-p", "xdist.plugin"),
        *("-p", "no:terminal", "-p", "no:cacheprovider"),
        *("--refcheck", "--os-cloud", ready.cloud.name),
    ]
    if ready.plan.key:
        # In one piece: pytest-xdist would take a file of its own for one to bring along.
        arguments += [f"--refcheck-key={ready.plan.key}"]
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # the suite may lie in a read-only place
    listener = _Listener(progress)
    try:
        status = pytest.main(arguments, plugins=[Prepared(ready), listener])
    except RunStopped as stopped:  # when all tests had ended
        raise stopped.fault from stopped
    if listener.fault:
        raise listener.fault
    return status not in COMPLETE
