"""The verdict as text for a terminal: the answer, both rules, what stands in the way.

Names, reasons and notices are the words of others: they go through `printable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from refcheck.report.page.words import number
from refcheck.report.printable import printable
from refcheck.report.wrapping import print_line
from refcheck.result.outcome import Outcome
from refcheck.verdict.counts import Counts
from refcheck.verdict.explain import conclusion, steps
from refcheck.verdict.verdict import Blocker, Verdict

_SHOWN = 12
"""Tests that a terminal shows one by one; the rest is counted, and whole in the report."""
_REASONS = 3
"""Reasons for which tests are undecided, most frequent first."""


def tell_verdict(
    verdict: Verdict, console: Console, *, heading: str = "", notices: Iterable[str] = ()
) -> None:
    """Print a verdict: conclusion, both rules, and what stands in the way.

    Args:
        heading: such as the file that was judged; "" for none.
        notices: what else must be said, after the verdict's own notices.
    """
    if heading:
        print_line(console, printable(heading, "bold"))
    colour = "green" if verdict.qualifies else "red"
    print_line(console, printable(conclusion(verdict), f"bold {colour}"))
    for label, words in _facts(verdict):
        print_line(console, printable(f"  {label:<21} {words}"))
    _tell_tests(verdict, console)
    _tell_sections(verdict, console)
    for waived in verdict.waived:
        _tell(console, "waived", "cyan", f"{waived.blocker.name} ({waived.waiver.public})")
    for notice in (*verdict.notices, *notices):
        _tell(console, "note", "yellow", notice)
    if todo := steps(verdict):
        print_line(console, printable(f"  to qualify            {len(todo)} things"))


def tell_in_a_line(verdict: Verdict, name: str) -> str:
    """One of many verdicts: whose it is, the conclusion, and how many things are in the way."""
    passed = _passed(next(iter(verdict.counts.values())))
    return f"{name}: {conclusion(verdict)} {passed} required tests passed"


def _facts(verdict: Verdict) -> Iterable[tuple[str, str]]:
    if verdict.mark:
        yield "mark", verdict.mark.title
        yield "", verdict.mark.wording
    for status, counts in verdict.counts.items():
        told = f"{_passed(counts)} {status} tests passed{_flagged(counts)}"
        if status == "required":
            yield "capability rule", f"{verdict.capability_rule.value}: {told}"
            yield "designated-code rule", verdict.designated_code_rule.value
        elif counts.tests:
            yield "", told
    digest = verdict.guideline_sha256[:12]
    yield "guideline", f"{verdict.guideline_id} ({verdict.guideline_status}, {digest})"
    yield "result", f"{verdict.entries} entries, {verdict.matched} in the guideline"


def _passed(counts: Counts) -> str:
    return f"{counts.passed} of {counts.tests}"


def _flagged(counts: Counts) -> str:
    flagged = counts.flagged_passed + counts.flagged_not_passed
    return f"; {flagged} are flagged, {counts.flagged_passed} of them passed" if flagged else ""


def _tell_tests(verdict: Verdict, console: Console) -> None:
    tests = {(b.test, b.name): b for b in verdict.blockers if b.test or b.name}
    # What went wrong says more than what was not run: the latter is only counted.
    wrong = [one for one in tests.values() if one.outcome != Outcome.UNDECIDED]
    for blocker in wrong[:_SHOWN]:
        _tell_test(blocker, console)
    if len(wrong) > _SHOWN:
        print_line(
            console, printable(f"  … and {len(wrong) - _SHOWN} more tests that did not pass")
        )
    reasons = Counter(b.reason for b in tests.values() if b.outcome == Outcome.UNDECIDED)
    for reason, count in reasons.most_common(_REASONS):
        _tell(console, "undecided", "cyan", f"{number(count, 'test')}: {reason}")
    if len(reasons) > _REASONS:
        rest = sum(reasons.values()) - sum(n for _, n in reasons.most_common(_REASONS))
        _tell(console, "undecided", "cyan", f"{rest} more for other reasons")
    for blocker in verdict.blockers:
        if blocker.kind in ("guideline", "prerequisite") and not (blocker.test or blocker.name):
            what = f"{blocker.prerequisite}: " if blocker.prerequisite else ""
            _tell(console, blocker.kind, "red", what + blocker.reason)


def _tell_test(blocker: Blocker, console: Console) -> None:
    name = blocker.name.rpartition(".")[2] or blocker.test
    _tell(console, blocker.outcome, "red", f"{blocker.capability}: {name}")
    if blocker.reason:
        print_line(console, printable(f"      {blocker.reason}"))


def _tell_sections(verdict: Verdict, console: Console) -> None:
    lacking = [section for section in verdict.sections if not section.satisfied]
    for state, count in Counter(section.state for section in lacking).items():
        projects = ", ".join(sorted({one.project for one in lacking if one.state == state}))
        _tell(console, state, "cyan", f"{number(count, 'designated section')} of {projects}")


def _tell(console: Console, word: str, colour: str, text: str) -> None:
    print_line(console, Text.assemble("  ", printable(word, colour), " ", printable(text)))
