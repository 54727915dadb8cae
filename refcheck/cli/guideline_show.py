"""`refcheck guideline list` and `show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from refcheck.guideline.model import Component, Guideline

_NOTICES_SHOWN = 20


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a guideline, as a JSON list.")
def list_(as_json: bool) -> None:  # noqa: FBT001 - click passes it by name
    """List the built-in guidelines, their status and their targets."""
    from refcheck.guideline.library import ids, load

    rows = [_row(load(guideline_id)) for guideline_id in ids()]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("guideline", "status", "targets", "capabilities", "tests"):
        table.add_column(heading, no_wrap=heading != "targets")
    for row in rows:
        targets = ", ".join(row["targets"])
        counts = (str(row["capabilities"]), str(row["tests"]))
        table.add_row(row["id"], row["status"], targets, *counts)
    Console().print(table)


def _row(one: Guideline) -> dict[str, Any]:
    return {
        "id": one.id,
        "status": one.status,
        "replaces": one.replaces,
        "targets": list(one.programs),
        "capabilities": len(one.capabilities),
        "tests": len({test.name for c in one.capabilities.values() for test in c.tests}),
        "sha256": one.sha256,
    }


@click.command()
@click.argument("id_or_file")
@click.option("--json", "as_json", is_flag=True, help="The whole guideline, normalised, as JSON.")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it as one HTML page instead.",
)
def show(id_or_file: str, as_json: bool, page: Path | None) -> None:  # noqa: FBT001
    """Show a guideline, by its id or from a file."""
    from refcheck.guideline.library import load

    one = load(id_or_file)
    if page is not None:
        from refcheck.report.guideline_page import write_guideline_page

        write_guideline_page(page, one)
        click.echo(f"{one.id} ({one.status}) is in {page}", err=True)
    elif as_json:
        from dataclasses import asdict

        click.echo(json.dumps(asdict(one), indent=2))
    else:
        _print(one)


def _print(one: Guideline) -> None:
    from rich.console import Console

    from refcheck.report.printable import printable

    console = Console(highlight=False, soft_wrap=True)
    console.print(printable(f"{one.id}  {one.status}, schema {one.schema}", "bold"))
    console.print(printable(f"releases  {', '.join(one.releases)}"))
    console.print(printable(f"replaces  {one.replaces or '-'}"))
    console.print(printable(f"sha256    {one.sha256}"))
    if one.provenance:
        console.print()
        console.print(printable(one.provenance), soft_wrap=False)
    for program in one.programs.values():
        components = ", ".join(ref.name for ref in program.components)
        console.print()
        console.print(printable(f"{program.target}  {program.title}: {components}", "bold"))
        console.print(printable(f"  {program.description}"))
        for ref in program.prerequisites:
            console.print(printable(f"  needs {ref.name} of {ref.guideline_id or one.id}"))
    for component in one.components.values():
        console.print()
        console.print(printable(component.name, "bold"))
        console.print(_capabilities(one, component), soft_wrap=False)
    _print_notices(console, one)


def _print_notices(console: Console, one: Guideline) -> None:
    from refcheck.report.printable import printable

    for notice in one.notices[:_NOTICES_SHOWN]:
        console.print(printable(f"notice: {notice}", "yellow"))
    more = len(one.notices) - _NOTICES_SHOWN
    if more > 0:
        console.print(f"and {more} more: see `refcheck guideline lint`", style="yellow")


def _capabilities(one: Guideline, component: Component) -> Table:
    from rich.table import Table

    from refcheck.report.printable import printable

    table = Table(box=None)
    table.add_column("capability", no_wrap=True)
    for heading in ("status", "tests", "flagged", "what it is"):
        table.add_column(heading)
    for status, names in component.capabilities.items():
        for name in names:
            capability = one.capabilities.get(name)
            tests = capability.tests if capability else ()
            flagged = sum(test.flag is not None for test in tests)
            description = capability.description if capability else "not defined"
            table.add_row(
                printable(name),
                status.value,
                str(len(tests)),
                str(flagged or ""),
                printable(description),
            )
    return table
