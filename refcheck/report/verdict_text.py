"""The verdict as text for a terminal: the answer, both rules, what stands in the way."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.markup import escape

from refcheck.guideline.model import Status
from refcheck.result.outcome import Outcome
from refcheck.verdict.explain import conclusion
from refcheck.verdict.verdict import Blocker, Verdict

_SHOWN = 12
"""Tests that a terminal shows one by one; the rest is counted, and whole in the report."""


def tell_verdict(verdict: Verdict, console: Console) -> None:
    """Print a verdict: conclusion, both rules, and what stands in the way."""
    colour = "green" if verdict.qualifies else "red"
    console.print(f"[bold {colour}]{escape(conclusion(verdict))}[/]", soft_wrap=True)
    if verdict.mark:
        console.print(f"  mark                  {escape(verdict.mark.title)}")
        console.print(f"                        {escape(verdict.mark.wording)}", soft_wrap=True)
    required = verdict.counts[Status.REQUIRED]
    console.print(
        f"  capability rule       {verdict.capability_rule.value}:"
        f" {required.passed} of {required.tests} required tests passed"
    )
    console.print(f"  designated-code rule  {verdict.designated_code_rule.value}")
    for notice in verdict.notices:
        console.print(f"  [yellow]note[/] {escape(notice)}", soft_wrap=True)
    _tell_tests(verdict, console)
    _tell_sections(verdict, console)


def _tell_tests(verdict: Verdict, console: Console) -> None:
    tests = {blocker.test or blocker.name: blocker for blocker in verdict.blockers if blocker.test}
    # What went wrong says more than what was not run: the latter is only counted.
    wrong = [one for one in tests.values() if one.outcome != Outcome.UNDECIDED]
    for blocker in wrong[:_SHOWN]:
        _tell_test(blocker, console)
    if len(wrong) > _SHOWN:
        console.print(f"  … and {len(wrong) - _SHOWN} more tests that did not pass")
    reasons = Counter(b.reason for b in tests.values() if b.outcome == Outcome.UNDECIDED)
    for reason, number in reasons.most_common(3):
        line = f"  [cyan]undecided[/] {number} tests: {escape(reason)}"
        console.print(line, soft_wrap=True)
    for blocker in verdict.blockers:
        if blocker.kind in ("guideline", "prerequisite") and not blocker.test:
            console.print(f"  [red]{blocker.kind}[/] {escape(blocker.reason)}", soft_wrap=True)


def _tell_test(blocker: Blocker, console: Console) -> None:
    name = escape(blocker.name.rpartition(".")[2] or blocker.test)
    console.print(
        f"  [red]{blocker.outcome}[/] {escape(blocker.capability)}: {name}\n"
        f"      {escape(blocker.reason)}",
        soft_wrap=True,
    )


def _tell_sections(verdict: Verdict, console: Console) -> None:
    lacking = [section for section in verdict.sections if not section.satisfied]
    for state, number in Counter(section.state for section in lacking).items():
        projects = ", ".join(sorted({one.project for one in lacking if one.state == state}))
        console.print(
            f"  [cyan]{escape(state)}[/] {number} designated sections of {projects}",
            soft_wrap=True,
        )
