"""The verdict on a terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import StringIO

from rich.console import Console

from refcheck.code.evidence import CodeEvidence, SectionEvidence, SectionState
from refcheck.report.verdict_text import tell_in_a_line, tell_verdict
from refcheck.result.outcome import Outcome
from refcheck.verdict.judge import judge
from refcheck.verdict.waiver import Waiver
from tests.verdict.small import AT, case, guideline, seen, uuid

NASTY = "\x1b[2J[bold]x[/nothing]\x1b]0;owned\x07"
SECTIONS = {"api": {"designated": True}, "compute": {"designated": True}}
ONE = guideline(
    {f"boot-{n}": case(n) for n in range(1, 21)} | {"old": case(21, flagged=True)},
    {"c": {"required": [f"boot-{n}" for n in range(1, 21)], "advisory": ["old"]}},
    designated={"c": ["nova"]},
    sections={"nova": {"required": {"sections": SECTIONS}}},
)


def told(*outcomes, **more) -> str:
    out = StringIO()
    console = Console(file=out, width=200, force_terminal=True, color_system=None)
    verdict = judge(ONE, "platform", outcomes, at=AT, **more)
    tell_verdict(verdict, console, heading=f"{NASTY}.json", notices=[NASTY])
    return out.getvalue()


def test_it_tells_conclusion_rules_and_counts():
    text = told(seen(1))
    assert "Undecided for 2030.01 OpenStack Powered Platform: nothing failed" in text
    assert "\n  capability rule       undecidable: 1 of 20 required tests passed\n" in text
    assert "\n  designated-code rule  not shown\n" in text
    assert "0 of 1 advisory tests passed; 1 are flagged, 0 of them passed" in text
    assert "  to qualify            21 things" in text


def test_it_shows_twelve_failures_counts_the_rest_and_the_undecided_by_reason():
    failed = [seen(n, Outcome.FAILED, f"answered 50{n}") for n in range(1, 15)]
    undecided = [seen(n, Outcome.UNDECIDED, "no image") for n in (15, 16)]
    text = told(*failed, *undecided)
    assert text.count("  failed boot-") == 12
    assert "  failed boot-1: test_1\n      answered 501\n" in text
    assert "… and 2 more tests that did not pass" in text
    assert "  undecided 4 tests: not in the result" in text
    assert "  undecided 2 tests: no image" in text


def test_more_than_three_reasons_are_counted_together():
    text = told(*(seen(n, Outcome.UNDECIDED, f"why {n % 5}") for n in range(1, 21)))
    assert text.count("  undecided 4 tests: why") == 3
    assert "  undecided 8 more for other reasons" in text


def test_sections_are_counted_by_state_and_project():
    code = CodeEvidence([SectionEvidence("nova", "api", SectionState.REPLACED)])
    text = told(code=code)
    assert "  replaced 1 designated section of nova" in text
    assert "  not shown 1 designated section of nova" in text


def test_waivers_and_notices_are_told():
    waiver = Waiver("2030.01", "ours", "", uuid(1), "r", NASTY, "staff", AT + timedelta(days=1))
    expired = replace(waiver, test=uuid(2), expires=AT)
    text = told(waivers=[waiver, expired], product="ours")
    assert "  waived suite.test_1 (" in text
    assert f"  note the waiver for {uuid(2)} expired on 2026-11-20" in text


def test_words_of_strangers_cannot_draw_on_the_terminal():
    waiver = Waiver("2030.01", "ours", "", uuid(2), "r", NASTY, "staff", AT + timedelta(days=1))
    text = told(seen(1, Outcome.FAILED, NASTY), seen(3, Outcome.UNDECIDED, NASTY),
                waivers=[waiver], product="ours")  # fmt: skip
    assert text.count("[bold]x[/nothing]") == 5
    assert "\x1b[2J" not in text
    assert "\x1b]0;" not in text
    assert "\x07" not in text


def test_one_of_many_is_one_line():
    verdict = judge(ONE, "platform", [seen(1)], at=AT)
    line = tell_in_a_line(verdict, "a.json")
    assert line.startswith("a.json: Undecided for 2030.01")
    assert line.endswith("1 of 20 required tests passed")
