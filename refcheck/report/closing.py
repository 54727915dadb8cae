"""The end of a run: judge its result, keep verdict and report beside it, tell what came out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from refcheck.guideline.model import Guideline
from refcheck.report.as_terminal import tell_end
from refcheck.report.folder import JOURNAL
from refcheck.report.formats import Format, render
from refcheck.report.story import story_of
from refcheck.result.document import Result
from refcheck.result.journal import read_journal
from refcheck.verdict.verdict import Verdict


def close(folder: Path, guideline: Guideline, console: Console) -> tuple[Result, Verdict]:
    """Judge the run in a folder; write `verdict.json` and `report.html`; print the verdict."""
    story = story_of(read_journal(folder / JOURNAL), guideline, datetime.now(UTC))
    (folder / "verdict.json").write_bytes(story.verdict.canonical())
    report = folder / "report.html"
    report.write_bytes(render(story, Format.HTML))
    tell_end(story, console)
    if story.result.facts.get("left_behind"):
        console.print(f"clean    refcheck cleanup {folder}", soft_wrap=True)
    console.print()
    console.print(f"result   {folder / 'result.json'}", soft_wrap=True)
    console.print(f"report   {report}", soft_wrap=True)
    console.print(f"submit   refcheck submit {folder}", soft_wrap=True)
    return story.result, story.verdict
