"""A run that was killed at any event, and every form of its report."""

import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refcheck.report.as_terminal import render as as_text
from refcheck.report.formats import Format, render
from refcheck.result.foreign.junit import read_junit
from refcheck.result.foreign.subunit_bytes import read_subunit_bytes
from refcheck.result.outcome import Outcome
from tests.report import samples

EVENTS = samples.events(samples.SMALL, weather=samples.Weather(trouble=0.5), resumed_at=1.0)
WHOLE = samples.events(weather=samples.Weather(trouble=0.2))
FORMATS = [form for form in Format if form is not Format.RESULT]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("length", range(1, len(EVENTS) + 1))
def test_every_prefix_of_a_short_run_is_told_in_every_form(form, length):
    assert render(samples.story(EVENTS[:length]), form)


@settings(max_examples=12, deadline=None)
@given(length=st.integers(1, len(WHOLE)))
def test_any_prefix_of_a_whole_run_accounts_for_every_test_in_every_form(length):
    story = samples.story(WHOLE[:length])
    number = len(WHOLE[0].selected)
    passed = {one.id for one in story.result.outcomes if one.outcome is Outcome.PASSED}
    junit = read_junit(render(story, Format.JUNIT), where="here").outcomes
    subunit = read_subunit_bytes(render(story, Format.SUBUNIT), where="here").outcomes
    for seen in (junit, subunit):
        assert len(seen) == number
        assert {one.id for one in seen if one.outcome is Outcome.PASSED} == passed
    assert len(json.loads(render(story, Format.JSON))["tests"]) == number
    refstack = json.loads(render(story, Format.REFSTACK))["results"]
    assert {entry["uuid"] for entry in refstack} == passed
    sarif = json.loads(render(story, Format.SARIF))["runs"][0]
    told = len(sarif["results"]) + len(sarif["invocations"][0]["toolExecutionNotifications"])
    assert told == number - len(passed)
    assert b"</html>" in render(story, Format.HTML)
    assert as_text(story)


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(range(1, len(EVENTS) - 1)), length=st.integers(0, len(EVENTS)))
def test_events_in_a_strange_order_are_told_too(order, length):
    """As of a journal that two processes wrote into, or a clock that was set back."""
    strange = (EVENTS[0], *(EVENTS[place] for place in order[:length]))
    story = samples.story(strange)
    for form in (Format.HTML, Format.JUNIT, Format.SUBUNIT):
        assert render(story, form)
    root = ET.fromstring(render(story, Format.JUNIT))  # noqa: S314 - our own
    assert len(root.findall(".//testcase")) == len(samples.SMALL)
