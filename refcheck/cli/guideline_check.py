"""`refcheck guideline lint`, `diff` and `check-against`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from refcheck.errors import ExitCode

if TYPE_CHECKING:
    from refcheck.guideline.facts import Change
    from refcheck.guideline.lint import Finding
    from refcheck.guideline.model import Guideline
    from refcheck.guideline.official import Comparison

_DIFFERENCES_SHOWN = 20


@click.command()
@click.argument("id_or_file")
@click.option(
    "--previous",
    help="The guideline before, by id or file; by default the one it says it replaces.",
)
@click.option(
    "--rename",
    "renames",
    metavar="OLD=NEW",
    multiple=True,
    help="A capability that bears another name since; instead of the known renames.",
)
@click.option("--strict", is_flag=True, help="End with 1 for warnings as well as for errors.")
@click.option("--json", "as_json", is_flag=True, help="The findings as a JSON list.")
@click.pass_context
def lint(
    ctx: click.Context,
    id_or_file: str,
    previous: str | None,
    renames: tuple[str, ...],
    strict: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Find everything that can be held against a guideline.

    Ends with 1 when there is an error: undefined or untested required capabilities, ids that
    are not unique, steps from the guideline before that the process forbids.
    """
    from refcheck.cli.guideline_label import load_labelled
    from refcheck.guideline.library import document
    from refcheck.guideline.lint import Severity
    from refcheck.guideline.lint import lint as find
    from refcheck.guideline.parse import parse

    one = load_labelled(id_or_file)
    findings = find(
        one,
        tree=parse(document(id_or_file), where=id_or_file),
        previous=_previous(one, previous),
        renames=[_pair(word) for word in renames] or None,
    )
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _print_findings(one, findings)
    bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    ctx.exit(
        ExitCode.DOES_NOT_QUALIFY
        if any(finding.severity in bad for finding in findings)
        else ExitCode.DONE
    )


def _previous(one: Guideline, given: str | None) -> Guideline | None:
    from refcheck.guideline.library import ids, load

    if given:
        return load(given)
    return load(one.replaces) if one.replaces in ids() else None


def _pair(word: str) -> tuple[str, str]:
    from refcheck.errors import WrongUse

    old, equals, new = word.partition("=")
    if not (old and equals and new):
        raise WrongUse(f"--rename {word[:80]!r} is not OLD=NEW", next_step="Give both names.")
    return old, new


def _print_findings(one: Guideline, findings: tuple[Finding, ...]) -> None:
    from rich.console import Console

    from refcheck.report.printable import printable

    console = Console(highlight=False, soft_wrap=True)
    styles = {"error": "red", "warning": "yellow", "note": "dim"}
    for finding in findings:
        text = f"{finding.severity} {finding.rule} {finding.path}: {finding.text}"
        console.print(printable(text, styles[finding.severity]))
    counts = [f"{sum(finding.severity == word for finding in findings)} {word}s" for word in styles]
    console.print(printable(f"{one.id}: {', '.join(counts)}"))


@click.command()
@click.argument("before")
@click.argument("after")
@click.option("--json", "as_json", is_flag=True, help="The changes as a JSON list.")
def diff(before: str, after: str, as_json: bool) -> None:  # noqa: FBT001
    """Show what changed from one guideline to another, fact by fact."""
    from refcheck.cli.guideline_label import load_labelled
    from refcheck.guideline.difference import difference

    old, new = load_labelled(before), load_labelled(after)
    found = difference(old, new)
    if as_json:
        click.echo(json.dumps([asdict(change) for change in found], indent=2))
        return
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    for change in found:
        _print_change(console, change)
    console.print(f"{len(found)} facts differ" if found else "no fact differs")


def _print_change(console: Any, change: Change) -> None:
    from refcheck.report.printable import printable

    if change.before is None:
        console.print(printable(f"+ {change.path}: {change.after}", "green"))
    elif change.after is None:
        console.print(printable(f"- {change.path}: {change.before}", "red"))
    else:
        console.print(printable(f"~ {change.path}: {change.before} → {change.after}"))


@click.command("check-against")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One object a guideline, as a JSON list.")
@click.pass_context
def check_against(ctx: click.Context, folder: Path, as_json: bool) -> None:  # noqa: FBT001
    """Compare the library with a folder of official files, fact by fact.

    Facts are ids, names, aliases, flags with their codes and dates, statuses, components,
    weights, cutoffs, achievements, projects, admin, required_since and designations. Ends with
    1 when anything was lost or changed.
    """
    from refcheck.guideline.official import compare_folder

    comparisons = list(compare_folder(folder))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in comparisons], indent=2, default=str))
    else:
        _print_comparisons(comparisons)
    different = any(one.differences for one in comparisons)
    ctx.exit(ExitCode.DOES_NOT_QUALIFY if different else ExitCode.DONE)


def _print_comparisons(comparisons: list[Comparison]) -> None:
    from rich.console import Console

    from refcheck.report.printable import printable

    console = Console(highlight=False, soft_wrap=True)
    for one in comparisons:
        text = f"{one.id}: {one.facts} facts compared, {len(one.differences)} differences"
        corrected = f" (the file calls itself {one.corrected})" if one.corrected else ""
        console.print(printable(text + corrected, "red" if one.differences else ""))
        for change in one.differences[:_DIFFERENCES_SHOWN]:
            official = "not there" if change.before is None else repr(change.before)
            ours = "not there" if change.after is None else repr(change.after)
            console.print(printable(f"  {change.path}: official {official}, library {ours}"))
        if len(one.differences) > _DIFFERENCES_SHOWN:
            console.print(f"  and {len(one.differences) - _DIFFERENCES_SHOWN} more")
    facts = sum(one.facts for one in comparisons)
    differences = sum(len(one.differences) for one in comparisons)
    console.print(f"{len(comparisons)} guidelines, {facts} facts, {differences} differences")
