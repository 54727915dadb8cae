"""`refcheck doctor`: can this cloud be tested with these credentials, and what will be decided?"""

from __future__ import annotations

import json
from typing import Any

import click

from refcheck.cli.outlook_options import asks_about_a_run


@click.command()
@asks_about_a_run
@click.option("--json", "as_json", is_flag=True, help="Everything that was found, as JSON.")
def doctor(*, as_json: bool, **asked: Any) -> int:
    """Say what a run could decide on a cloud, and what stands in the way. Writes nothing.

    Exit status: 0 every test can be decided, 3 some cannot, 4 the cloud cannot be reached or
    refuses the credentials.
    """
    from datetime import UTC, datetime

    from refcheck.cli.outlook_question import ask
    from refcheck.errors import ExitCode
    from refcheck.plugin.decided import decided
    from refcheck.plugin.diagnosis import diagnose

    outlook, planner = ask(**asked)
    groups = diagnose(outlook, planner, datetime.now(UTC))
    groups["What can be decided"] = decided(outlook)
    if as_json:
        from refcheck.cli.outlook_json import as_document

        checks = {name: [c.to_json() for c in several] for name, several in groups.items()}
        click.echo(json.dumps({**as_document(outlook, planner), "checks": checks}, indent=2))
    else:
        _tell(outlook, groups)
    return ExitCode.UNDECIDED if outlook.undecided else ExitCode.DONE


def _tell(outlook: Any, groups: Any) -> None:
    from rich.console import Console

    from refcheck.report.checks_text import tell_checks
    from refcheck.report.printable import printable

    console = Console(highlight=False)
    question = outlook.question
    heading = f"{outlook.cloud.name} against guideline {outlook.guideline.id}, {question.target}"
    console.print(printable(heading, "bold"))
    tell_checks(groups, console)
    total, open_ = len(outlook.forecasts), len(outlook.undecided)
    console.print()
    if open_:
        console.print(printable(f"{total - open_} of {total} tests can be decided.", "bold yellow"))
    else:
        console.print(printable(f"All {total} tests can be decided.", "bold green"))
