"""The report as text."""

import io

from rich.console import Console

from refcheck.report.as_terminal import render, tell
from refcheck.result.outcome import Outcome
from tests.report import samples

STREAM = samples.events(seed=11, weather=samples.Weather(trouble=0.05))


def test_it_tells_the_run_its_troubles_and_the_verdict(snapshot):
    assert render(samples.story(STREAM)).decode() == snapshot


def test_a_run_that_did_not_end_says_so(snapshot):
    assert render(samples.story(STREAM[:50])).decode() == snapshot


def test_each_trouble_has_its_reason_and_blame():
    weather = samples.Weather(trouble=0.3)
    story = samples.story(samples.events(weather=weather))
    text = render(story).decode()
    for one in story.tests:
        if one.runs and one.outcome.outcome is not Outcome.PASSED:
            assert f"{one.short} " in text
            assert one.outcome.reason in text
    assert ", blame: quota" in text


def test_words_of_a_hostile_cloud_cannot_draw_and_colours_are_only_for_terminals():
    weather = samples.Weather(kind=Outcome.FAILED, words=samples.NASTY)
    story = samples.story(samples.events(samples.SMALL, weather=weather))
    assert b"\x1b" not in render(story)
    out = io.StringIO()
    tell(story, Console(file=out, force_terminal=True, color_system="standard", width=80))
    assert "\x1b[31m✗ failed" in out.getvalue() or "\x1b[31m  ✗ failed" in out.getvalue()
    assert "<script>alert('x')</script>\N{REPLACEMENT CHARACTER}[31m" in out.getvalue()


def test_no_line_ends_in_spaces():
    for line in render(samples.story(STREAM)).decode().splitlines():
        assert line == line.rstrip()
