"""A verdict on the terminal, as `refcheck judge` tells it: with counts and all that blocks."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from refcheck.cli.printable import printable
from refcheck.verdict.explain import by_capability, conclusion, steps
from refcheck.verdict.verdict import Blocker, CapabilityRule, CodeRule, Verdict

_SHOWN_TESTS = 3
"""Blocking tests shown per capability."""
_SHOWN_STEPS = 10


def print_verdict(verdict: Verdict, *, heading: str, notices: Iterable[str]) -> None:
    """Print the tier, the counts, what blocks, and what would turn a no into a yes."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(printable(heading, style="bold"))
    console.print(printable(conclusion(verdict), style="green" if verdict.qualifies else "red"))
    console.print(_summary(verdict))
    console.print(_counts(verdict))
    _print_blockers(console, verdict)
    _print_steps(console, verdict)
    for waived in verdict.waived:
        console.print(printable(f"waived: {waived.blocker.name} ({waived.waiver.public})"))
    for notice in (*verdict.notices, *notices):
        console.print(printable(f"notice: {notice}", style="yellow"))


def _summary(verdict: Verdict) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    guideline = (
        f"{verdict.guideline_id} ({verdict.guideline_status}, {verdict.guideline_sha256[:12]})"
    )
    table.add_row("guideline", printable(guideline))
    table.add_row("target", printable(f"{verdict.target}, {verdict.title}"))
    table.add_row("capabilities", _word(verdict.capability_rule))
    table.add_row("designated code", _word(verdict.designated_code_rule))
    table.add_row("mark", printable(verdict.mark.wording if verdict.mark else "none"))
    table.add_row("result", f"{verdict.entries} entries, {verdict.matched} in the guideline")
    return table


def _word(rule: CapabilityRule | CodeRule) -> str:
    return f"[{'green' if rule == 'held' else 'red'}]{rule.value}[/]"


def _counts(verdict: Verdict) -> Table:
    table = Table("status", "tests", "passed", "flagged, passed", "flagged, not passed", box=None)
    for status, counts in verdict.counts.items():
        if counts.tests:
            cells = (counts.tests, counts.passed, counts.flagged_passed, counts.flagged_not_passed)
            table.add_row(status.value, *map(str, cells))
    return table


def _print_blockers(console: Console, verdict: Verdict) -> None:
    for capability, blockers in by_capability(verdict.blockers).items():
        console.print()
        console.print(printable(f"{capability}: {len(blockers)} in the way", style="bold"))
        for blocker in blockers[:_SHOWN_TESTS]:
            console.print(printable(f"  {_describe(blocker)}"))
        if len(blockers) > _SHOWN_TESTS:
            console.print(f"  and {len(blockers) - _SHOWN_TESTS} more")
    sections = [blocker for blocker in verdict.blockers if blocker.kind == "section"]
    if sections:
        console.print()
        console.print(printable(f"designated code: {len(sections)} in the way", style="bold"))
        for blocker in sections[:_SHOWN_STEPS]:
            console.print(printable(f"  {blocker.section}: {blocker.outcome}, {blocker.reason}"))
        if len(sections) > _SHOWN_STEPS:
            console.print(f"  and {len(sections) - _SHOWN_STEPS} more")


def _describe(blocker: Blocker) -> str:
    return f"{blocker.outcome:<9} {blocker.name or blocker.test}  {blocker.reason}".rstrip()


def _print_steps(console: Console, verdict: Verdict) -> None:
    todo = steps(verdict)
    if not todo:
        return
    console.print()
    console.print(printable(f"to qualify ({len(todo)} things):", style="bold"))
    for step in todo[:_SHOWN_STEPS]:
        console.print(printable(f"  {step}"))
    if len(todo) > _SHOWN_STEPS:
        console.print(f"  and {len(todo) - _SHOWN_STEPS} more (--json lists all)")
    console.print()
