"""`refcheck guideline`: list and show the guidelines that refcheck knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

    from refcheck.guideline.model import Component, Guideline


@click.group()
def guideline() -> None:
    """List and show the guidelines that refcheck knows."""


@guideline.command("list")
def list_() -> None:
    """List the built-in guidelines, their status and their targets."""
    from rich.console import Console
    from rich.table import Table

    from refcheck.guideline.library import ids, load

    table = Table(box=None, pad_edge=False)
    for heading in ("guideline", "status", "targets", "capabilities", "tests"):
        table.add_column(heading, no_wrap=heading != "targets")
    for guideline_id in ids():
        one = load(guideline_id)
        tests = {test.name for c in one.capabilities.values() for test in c.tests}
        table.add_row(
            one.id,
            one.status,
            ", ".join(one.programs),
            str(len(one.capabilities)),
            str(len(tests)),
        )
    Console().print(table)


@guideline.command()
@click.argument("id_or_file")
@click.option("--json", "as_json", is_flag=True, help="The whole guideline, normalised, as JSON.")
def show(id_or_file: str, as_json: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Show a guideline, by its id or from a file."""
    from refcheck.guideline.library import load

    one = load(id_or_file)
    if as_json:
        click.echo(json.dumps(_to_json(one), indent=2))
    else:
        _print(one)


def _to_json(one: Guideline) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(one)


def _print(one: Guideline) -> None:
    from rich.console import Console

    from refcheck.cli.printable import printable

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
    for notice in one.notices:
        console.print(printable(f"notice: {notice}", "yellow"))


def _capabilities(one: Guideline, component: Component) -> Table:
    from rich.table import Table

    from refcheck.cli.printable import printable

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
