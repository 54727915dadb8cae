"""The report as text for a terminal: what a run shows while it goes on, told afterwards."""

from __future__ import annotations

from collections import Counter
from io import StringIO

from rich.console import Console
from rich.text import Text

from refcheck.report.frame import services_table
from refcheck.report.page.words import day, number, seconds
from refcheck.report.printable import plain, printable
from refcheck.report.signs import SIGNS, sign_for
from refcheck.report.story import State, Story, TestStory
from refcheck.report.verdict_text import tell_verdict
from refcheck.report.wrapping import print_line
from refcheck.result.outcome import Outcome

_WIDTH = 100
_REASONS = 5
"""Reasons for which tests are undecided, most frequent first."""
_SLOWEST = 5
_STATES = {
    State.INTERRUPTED: "The run was interrupted or cut short: what did not finish is undecided.",
    State.OPEN: "The run has not ended: it goes on, or it was killed; what did not finish is"
    " undecided.",
}


def render(story: Story) -> bytes:
    """The report without colours, 100 columns wide, UTF-8."""
    out = StringIO()
    console = Console(file=out, width=_WIDTH, highlight=False, no_color=True, force_terminal=False)
    tell(story, console)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def tell(story: Story, console: Console) -> None:
    """Print the whole report."""
    started, sessions = story.started, story.sessions
    spent = sum((one.ended - one.began).total_seconds() for one in sessions)
    print_line(console, printable(f"{started.cloud_name}, run {started.run_id}", "bold"))
    told = [
        f"began {day(sessions[0].began)}",
        seconds(spent),
        number(max(one.workers for one in sessions), "worker"),
        story.state.value,
    ]
    if len(sessions) > 1:
        told.append(f"resumed {number(len(sessions) - 1, 'time')}")
    print_line(console, Text("  " + ", ".join(told)))
    console.print()
    console.print(services_table(_services(story), console.encoding, console.width))
    _tell_troubles(story, console)
    _tell_undecided(story, console)
    _tell_slowest(story, console)
    tell_end(story, console)


def tell_end(story: Story, console: Console) -> None:
    """Print what the end of a run says too: the verdict, whose the failures are, what is left."""
    console.print()
    if story.state in _STATES:
        print_line(console, Text(_STATES[story.state], "yellow"))
    tell_verdict(story.verdict, console, notices=story.notes)
    blames = Counter(one.blame for one in story.tests if one.blame)
    if blames:
        told = ", ".join(f"{blame.value} {count}" for blame, count in blames.most_common())
        print_line(console, Text(f"  {'blame':<21} {told}"))
    for what in story.result.facts.get("left_behind", []):
        print_line(console, printable(f"left behind: {what}", "red"))


def _services(story: Story) -> dict[str, tuple[int, int, Counter[Outcome]]]:
    found: dict[str, tuple[int, int, Counter[Outcome]]] = {}
    for one in story.tests:
        done, total, counts = found.get(one.test.service, (0, 0, Counter()))
        counts[one.outcome.outcome] += 1
        ended = any(run.finished for run in one.runs)
        found[one.test.service] = (done + ended, total + 1, counts)
    return found


def _tell_troubles(story: Story, console: Console) -> None:
    """Every test that ran and did not pass."""
    troubles = [
        one for one in story.tests if one.runs and one.outcome.outcome is not Outcome.PASSED
    ]
    if troubles:
        _heading("What did not pass", console)
    for one in troubles:
        _tell_trouble(one, console)


def _tell_trouble(one: TestStory, console: Console) -> None:
    word = one.outcome.outcome
    sign = sign_for(word, console.encoding)
    again = f", {one.outcome.attempts} attempts" if one.outcome.attempts > 1 else ""
    blame = f", blame: {one.blame.value}" if one.blame else ""
    print_line(
        console,
        Text.assemble(
            (f"  {sign} {word.value:<9}", SIGNS[word][1]),
            f" {plain(one.test.service):<13} {plain(one.short)} ",
            (f"{seconds(one.outcome.duration)}{again}{blame}", "dim"),
        ),
    )
    reason = " ".join(one.outcome.reason.split())
    if reason:
        print_line(console, printable(f"      {reason}"))


def _tell_undecided(story: Story, console: Console) -> None:
    """What was not run, by reason."""
    reasons = Counter(
        one.outcome.reason
        for one in story.tests
        if not one.runs and one.outcome.outcome is Outcome.UNDECIDED
    )
    if reasons:
        _heading("Left out", console)
    for reason, count in reasons.most_common(_REASONS):
        print_line(console, printable(f"  {number(count, 'test')}: {reason}"))
    if len(reasons) > _REASONS:
        rest = reasons.total() - sum(count for _, count in reasons.most_common(_REASONS))
        print_line(console, Text(f"  {number(rest, 'more test')} for other reasons"))


def _tell_slowest(story: Story, console: Console) -> None:
    ran = sorted((one for one in story.tests if one.runs), key=lambda one: -one.outcome.duration)
    if ran:
        _heading("Slowest", console)
    for one in ran[:_SLOWEST]:
        line = f"  {seconds(one.outcome.duration):>9} {one.test.service:<13} {one.short}"
        print_line(console, printable(line))


def _heading(text: str, console: Console) -> None:
    console.print()
    print_line(console, Text(text, "bold"))
