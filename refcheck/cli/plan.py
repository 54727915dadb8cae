"""`refcheck plan`: what a run would create, how long it would take, and whether it fits."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from refcheck.cli.narrowing_options import narrows
from refcheck.cli.outlook_options import asks_about_a_run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from refcheck.plugin.outlook import Outlook
    from refcheck.plugin.planning import Need, Planner
    from refcheck.report.plan_text import Row


@click.command()
@asks_about_a_run
@narrows
@click.option("-n", "--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The whole plan, as JSON.")
def plan(*, workers: int, as_json: bool, **asked: Any) -> int:
    """Say what a run would create at its peak, against the live quotas. Writes nothing.

    A run takes at most half of what is free.

    Exit status: 0 it fits and every test can be decided, 3 it does not fit or some tests cannot be
    decided, 4 the cloud cannot be reached or refuses the credentials.
    """
    from refcheck.cli.outlook_question import ask
    from refcheck.errors import ExitCode

    outlook, planner = ask(**asked)
    needs = planner.needs(workers)
    fits = all(need.fits for need in needs)
    if as_json:
        click.echo(json.dumps(_document(outlook, planner, workers), indent=2))
    else:
        _tell(outlook, planner, workers)
    return ExitCode.DONE if fits and not outlook.undecided else ExitCode.UNDECIDED


def _document(outlook: Outlook, planner: Planner, workers: int) -> dict[str, Any]:
    from dataclasses import asdict

    from refcheck.cli.outlook_json import as_document

    needs = planner.needs(workers)
    return {
        **as_document(outlook, planner),
        "left_out": dict(Counter(test.left_out for test in outlook.left_out)),
        "workers": workers,
        "workers_that_fit": planner.workers_that_fit(),
        "fits": all(need.fits for need in needs),
        "peak": [{**asdict(need), "fits": need.fits} for need in needs],
        "run": [
            {"id": card.id, "name": card.name, "cost": card.cost, "needs": card.needs}
            for card in outlook.cards_to_run
        ],
    }


def _tell(outlook: Outlook, planner: Planner, workers: int) -> None:
    from rich.console import Console

    from refcheck.plugin.decided import decided
    from refcheck.report.checks_text import tell_checks
    from refcheck.report.plan_text import tell_peak
    from refcheck.report.printable import printable

    console = Console(highlight=False)
    heading = (
        f"{outlook.cloud.name} against guideline {outlook.guideline.id},"
        f" {outlook.question.target}, {_workers(workers)}"
    )
    console.print(printable(heading, "bold"))
    console.print()
    console.print(f"{len(outlook.cards_to_run)} of {len(outlook.forecasts)} tests would be decided")
    for reason, number in Counter(test.left_out for test in outlook.left_out).items():
        console.print(printable(f"{number} left out: {reason}"), soft_wrap=True)
    console.print()
    needs = planner.needs(workers)
    tell_peak(_rows(needs), console)
    _tell_time(planner, workers, console)
    if outlook.undecided:
        components = len(outlook.by_component())
        tell_checks({"What will not be decided": decided(outlook)[components:]}, console)
    _tell_end(outlook, planner, workers, console)


def _rows(needs: Iterable[Need]) -> Iterable[Row]:
    from refcheck.plugin.forecast import label
    from refcheck.report.plan_text import Row

    for need in needs:
        told = need.used is not None
        unlimited = "unlimited" if told else ""
        yield Row(
            what=label(need.kind),
            peak=str(need.peak),
            used=str(need.used) if told else "",
            limit=unlimited if need.limit is None else str(need.limit),
            half="" if need.half is None else str(need.half),
            remark="" if need.fits else "does not fit",
        )


def _tell_time(planner: Planner, workers: int, console: Console) -> None:
    from refcheck.plugin.diagnosis import workers_that_fit

    console.print()
    for number in sorted({1, 2, 4, workers}):
        expected = planner.expectation(number)
        console.print(
            f"  {_workers(number):<11} about {_minutes(expected.seconds)},"
            f" {expected.requests:,} requests"
        )
    source = (
        "as in earlier runs on this cloud"
        if planner.durations.learned
        else "as on refcloud, at this cloud's answering time; real servers take longer to boot"
    )
    console.print(f"  ({source})", style="dim", soft_wrap=True)
    console.print(f"  room for {workers_that_fit(planner)} in half of what is free")


def _tell_end(outlook: Outlook, planner: Planner, workers: int, console: Console) -> None:
    fitting = planner.workers_that_fit()
    said, colour = "It fits", "green"
    if fitting < workers:
        said, colour = f"It does not fit; with -n {fitting} it does", "yellow"
    if not fitting:
        said, colour = "It does not fit: raise the quotas marked above, or free some", "red"
    if number := len(outlook.undecided):
        said += f"; {number} test{'s' * (number != 1)} will not be decided"
        colour = colour.replace("green", "yellow")
    console.print()
    console.print(f"{said}.", style=f"bold {colour}", soft_wrap=True)


def _workers(number: int) -> str:
    return f"{number} worker{'s' * (number != 1)}"


def _minutes(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60:02} s"
