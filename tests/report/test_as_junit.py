"""JUnit XML: every selected test, readable by our own reader and by others."""

from xml.etree import ElementTree as ET

import pytest

from refcheck.report.as_junit import render, split
from refcheck.result.foreign.junit import read_junit
from refcheck.result.load import Form, load
from refcheck.result.outcome import Outcome
from tests.report import samples

STORY = samples.story(samples.events(weather=samples.Weather(trouble=0.3)))
ROOT = ET.fromstring(render(STORY))  # noqa: S314 - our own
CASES = ROOT.findall(".//testcase")
SAYS = {
    Outcome.EXTRA: Outcome.FAILED,
    Outcome.ABSENT: Outcome.FAILED,
    Outcome.FLAKY: Outcome.FAILED,
}
"""What a reader understands, where the form cannot say it."""


def test_our_own_reader_finds_the_same_outcomes_and_reasons():
    loaded = load(render(STORY), where="here")
    assert loaded.form is Form.JUNIT
    seen = {one.id: one for one in loaded.outcomes}
    assert len(seen) == len(STORY.tests)
    assert {one.outcome.outcome for one in STORY.tests} == set(Outcome)
    for one in STORY.tests:
        read = seen[one.outcome.id]
        assert read.name == one.outcome.name
        assert read.outcome is SAYS.get(one.outcome.outcome, one.outcome.outcome)
        assert read.reason == one.outcome.reason
        assert read.duration == pytest.approx(one.outcome.duration, abs=0.001)


def test_every_outcome_has_its_element_with_type_and_message():
    elements = {
        "failed": "failure", "extra": "failure", "absent": "failure", "flaky": "failure",
        "error": "error", "undecided": "skipped",
    }  # fmt: skip
    for case, one in zip(CASES, in_file_order(), strict=True):
        word = one.outcome.outcome.value
        ends = [child for child in case if child.tag in ("failure", "error", "skipped")]
        if word == "passed":
            assert ends == []
            continue
        (end,) = ends
        assert (end.tag, end.get("type")) == (elements[word], word)
        assert end.get("message") == one.outcome.reason


def in_file_order():
    services = list(dict.fromkeys(one.test.service for one in STORY.tests))
    return sorted(STORY.tests, key=lambda one: services.index(one.test.service))


def test_properties_tell_id_capability_attempts_and_blame():
    for case, one in zip(CASES, in_file_order(), strict=True):
        told = {each.get("name"): each.get("value") for each in case.iter("property")}
        assert told["id"] == one.outcome.id
        assert told["outcome"] == one.outcome.outcome.value
        assert told["attempts"] == str(one.outcome.attempts)
        assert told.get("blame") == (one.blame.value if one.blame else None)
        assert told["capability"].split(", ")[0] == one.placings[0].capability
        assert told["status"] == "required"


def test_a_failure_carries_every_attempt_and_the_curl_lines():
    flaky = next(one for one in STORY.tests if one.outcome.outcome is Outcome.FLAKY)
    case = next(case for case in CASES if flaky.outcome.id in case.get("name"))
    text = case.findtext("failure")
    assert "attempt 1: failed" in text
    assert "attempt 2: passed" in text
    failed = next(one for one in STORY.tests if one.outcome.outcome is Outcome.FAILED)
    case = next(case for case in CASES if failed.outcome.id in case.get("name"))
    assert "curl -i -X POST" in case.findtext("failure")


@pytest.mark.parametrize("place", [ROOT, *ROOT.findall("testsuite")])
def test_counts_are_those_of_what_is_inside(place):
    def number(tag):
        return str(len(place.findall(f".//{tag}")))

    assert place.get("tests") == number("testcase")
    assert place.get("failures") == number("failure")
    assert place.get("errors") == number("error")
    assert place.get("skipped") == number("skipped")


def test_words_of_a_hostile_cloud_stay_words():
    weather = samples.Weather(kind=Outcome.FAILED, words=samples.NASTY)
    data = render(samples.story(samples.events(samples.SMALL, weather=weather)))
    root = ET.fromstring(data)  # noqa: S314 - our own
    assert root.find(".//script") is None
    assert (
        "<script>alert('x')</script>\N{REPLACEMENT CHARACTER}[31m" in root.find(".//failure").text
    )
    assert len(read_junit(data, where="here").outcomes) == len(samples.SMALL)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.b.C.test_d", ("a.b.C", "test_d")),
        ("a.C.test_d(v1.2)", ("a.C", "test_d(v1.2)")),
        ("a.C.test_d[x.y(z)]", ("a.C", "test_d[x.y(z)]")),
        ("test_d", ("", "test_d")),
    ],
)
def test_a_name_is_split_before_its_last_part_and_never_in_brackets(name, parts):
    assert split(name) == parts
