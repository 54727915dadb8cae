"""The end of a run: judge its result, keep verdict and report beside it, tell what came out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from refcheck.guideline import library
from refcheck.guideline.model import Guideline
from refcheck.report.page import write_page
from refcheck.report.printable import printable
from refcheck.report.verdict_text import tell_verdict
from refcheck.result.journal import read_journal, to_result
from refcheck.verdict.judge import judge
from refcheck.verdict.verdict import Verdict


def close(folder: Path, guideline: Guideline, console: Console) -> Verdict:
    """Judge the run in a folder; write `verdict.json` and `report.html`; print the verdict."""
    events = tuple(read_journal(folder / "journal.sqlite"))
    result = to_result(events)
    verdict = judge(
        guideline, result.target, result.outcomes, at=datetime.now(UTC), load=library.builtin
    )
    (folder / "verdict.json").write_bytes(verdict.canonical())
    report = folder / "report.html"
    notes = library.edition_notes(guideline)
    write_page(report, events, result, verdict, notes)
    console.print()
    if not result.complete:
        console.print(
            "[yellow]The run was interrupted or cut short: what did not finish is undecided.[/]"
        )
    tell_verdict(verdict, console, notices=notes)
    for what in result.facts.get("left_behind", []):
        console.print(printable(f"left behind: {what}", "red"))
    if result.facts.get("left_behind"):
        console.print(f"clean    refcheck cleanup {folder}", soft_wrap=True)
    console.print()
    console.print(f"result   {folder / 'result.json'}", soft_wrap=True)
    console.print(f"report   {report}", soft_wrap=True)
    console.print(f"submit   refcheck submit {folder}", soft_wrap=True)
    return verdict
