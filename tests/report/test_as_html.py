"""The report page: one file, says what happened, and lets no markup through."""

import re
from html.parser import HTMLParser

import pytest

from refcheck.report.as_html import render
from refcheck.result.events import LeftBehind, RunFinished
from refcheck.result.outcome import Outcome
from tests.report import samples

MB = 1_000_000
WHOLE = samples.story(samples.events(seed=11, weather=samples.Weather(trouble=0.2)))
NASTY = samples.story(
    samples.events(samples.SMALL, weather=samples.Weather(kind=Outcome.FAILED, words=samples.NASTY))
)
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Text by element id of its section, tags, attributes; complains about wrong nesting."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.text, self.open, self.tags, self.ids = "", [], [], []
        self.sections: dict[str, str] = {}
        self.targets: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(data.decode())
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.targets += [found["href"]] if "href" in found else []
        self.handle_data(" ")
        if tag not in VOID:
            self.open.append((tag, found.get("id")))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.text += data
        for tag, name in self.open:
            if tag == "section":
                self.sections[name] = self.sections.get(name, "") + data


PAGE = Page(render(WHOLE))


def told(section, page=PAGE):
    return " ".join(page.sections[section].split())


@pytest.mark.parametrize("story", [WHOLE, NASTY])
def test_it_needs_nothing_from_elsewhere_and_runs_no_script(story):
    page = Page(render(story))
    assert all(target.startswith("#") for target in page.targets)
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(page.tags)
    names = [name for name, _ in page.attributes]
    assert "src" not in names
    assert not [name for name in names if name.startswith("on")]
    assert not re.search(rb"@import|url\(", render(story))


@pytest.mark.parametrize("story", [WHOLE, NASTY])
def test_every_link_leads_to_something_and_every_id_is_there_once(story):
    page = Page(render(story))
    assert len(page.ids) == len(set(page.ids))
    assert {target[1:] for target in page.targets} <= set(page.ids)


def test_no_markup_of_a_hostile_cloud_gets_through_and_no_control_code():
    data = render(NASTY)
    page = Page(data)
    assert "script" not in page.tags
    assert "<script>alert('x')</script>" in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data)


def test_the_top_says_the_answer_why_and_what_to_do():
    top = told("verdict")
    assert top.startswith("Does not qualify Does not qualify for 2020.06")
    assert "No mark can be claimed from this result." in top
    assert "Capabilities not held" in top
    assert "Designated code not shown 0 of 26 required sections shown" in top
    tests = {(one.test, one.name) for one in WHOLE.verdict.blockers if one.test}
    assert f"{len(tests) + 26} things: when all are done, the cloud qualifies." in top


def test_each_blocking_test_is_named_once_and_leads_to_its_evidence():
    top = told("verdict")
    for one in WHOLE.verdict.blockers:
        if one.test and one.outcome != "undecided":
            assert top.count(f"{one.name.rpartition('.')[2]} ") == 1
    assert len([target for target in PAGE.targets if target.startswith("#test-")]) > 20


def test_outcomes_and_blames_are_counted():
    text = told("outcomes")
    for word in Outcome:
        number = sum(one.outcome.outcome is word for one in WHOLE.tests)
        assert f"{number} {word.value}" in text
    assert re.search(r"cloud \d+ the cloud does not do what the test asks", text)
    assert re.search(r"quota \d+ a quota or a rate limit leaves no room", text)


def test_every_capability_stands_in_its_component_with_its_state():
    text = told("capabilities")
    assert "os_powered_compute" in text
    assert "os_powered_storage" in text
    for name, one in WHOLE.verdict.capabilities.items():
        unheld = "(does not hold|undecided)"
        state = "all flagged" if one.untested else "holds" if one.holds else unheld
        assert re.search(rf"{name} .{{1,60}} required {state} \d+ of {len(one.tests)} tests?", text)


def test_what_no_test_counts_for_is_counted_apart():
    silent = sum(one.untested for one in WHOLE.verdict.capabilities.values())
    told_apart = re.findall(
        r"\d+ of \d+ hold, (\d+) without a test that counts", told("capabilities")
    )
    assert silent > 0
    assert sum(map(int, told_apart)) == silent


def test_a_failure_tells_every_attempt_its_exchanges_and_curl():
    text = told("failures")
    assert "Attempt 2: ✗ failed" in text
    assert "Attempt 1: ✗ failed" in text
    assert (
        "POST https://cloud.example:8774/v2.1/servers answered 500 in 0.31 s, req-b1946ac9" in text
    )
    assert "curl -i -X POST 'https://cloud.example:8774/v2.1/servers'" in text
    assert "blame: quota" in text


def test_the_timeline_has_a_bar_for_every_run_and_the_figures_of_every_worker():
    runs = [run for one in WHOLE.tests for run in one.runs]
    bars = [value for name, value in PAGE.attributes if name == "class" and "bar " in value]
    assert len(bars) == len(runs)
    text = told("timeline")
    assert f"{len(runs)} runs of tests by 4 workers" in text
    for worker in ("gw0", "gw1", "gw2", "gw3"):
        number = sum(run.finished.worker == worker for run in runs)
        assert f"{worker} {number} " in text
    assert "server ACTIVE" in text


def test_flaky_tests_are_told_with_each_attempt():
    text = told("steadiness")
    flaky = [one for one in WHOLE.tests if one.outcome.outcome is Outcome.FLAKY]
    assert flaky
    assert f"{len(flaky)} came out flaky" in text
    for one in flaky:
        assert f"{one.short} {one.test.service} ✗ failed ✓ passed flaky" in text


def test_repeated_tests_are_told_by_whether_they_came_out_the_same():
    first, second = samples.SMALL[:2]
    stream = samples.stream_of(Outcome.PASSED, Outcome.PASSED, repeat=2)
    again = [
        event
        for number, (test, word) in enumerate([(first, Outcome.PASSED), (second, Outcome.FAILED)])
        for event in samples.again(test, word, 10 + number, attempt=2)
    ]
    page = Page(render(samples.story((*stream[:-1], *again, stream[-1]))))
    text = told("steadiness", page)
    assert (
        "Each test was to run 2 times. 1 of 2 tests that ran more than once came out the same"
        in text
    )
    assert f"{second.name.rpartition('.')[2]} {second.service} ✓ passed ✗ failed flaky" in text


def test_what_was_left_out_is_told_by_reason():
    text = told("left-out")
    assert "1 test left out: --services leaves out object-store" in text
    assert "1 test not run: refcheck has no test for this id yet" in text


def test_facts_leaks_hindrances_and_provenance_are_told():
    assert "microversions" in told("facts")
    assert "left behind" not in told("facts")
    leaks = told("leaks")
    assert "1 thing left behind. Remove it with refcheck cleanup 20261120T120000Z-5eed5eed" in leaks
    assert "volume rc-5eed-volume" in leaks
    assert "throttled 3" in leaks
    assert "GET /v2.1/os-vendor" in leaks
    for digest in ("a" * 64, "b" * 64, "d" * 64, WHOLE.verdict.guideline_sha256):
        assert digest in told("provenance")


def test_a_run_that_went_well_says_so_in_every_part():
    stream = samples.stream_of(*[Outcome.PASSED] * len(samples.SMALL))
    page = Page(render(samples.story(stream)))
    assert "Every test that ran passed." in told("failures", page)
    assert "Nothing is known to be left in the cloud." in told("leaks", page)
    assert "Nothing: every selected test was decided." in told("left-out", page)


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        (lambda stream: stream[:40], "The run has not ended"),
        (
            lambda stream: (*stream[:40], RunFinished(samples.at(50), complete=False)),
            "The run was interrupted or cut short",
        ),
    ],
)
def test_a_run_that_did_not_come_to_its_end_says_so_at_the_top(cut, words):
    page = Page(render(samples.story(cut(samples.events()))))
    assert words in told("verdict", page)


def test_every_table_has_a_caption_and_every_heading_a_scope():
    data = render(WHOLE).decode()
    assert data.count("<table") == data.count("<caption") > 5
    assert not re.search(r"<th(?! scope)[> ]", data)


def test_huge_evidence_is_cut_with_a_note_and_the_page_stays_small():
    weather = samples.Weather(kind=Outcome.FAILED, body=20_000, words='"' * 3000)
    data = render(samples.story(samples.events(weather=weather)))
    assert len(data) < 2 * MB
    assert b"cut here: " in data
    assert b"more characters" in data


@pytest.mark.parametrize("kind", [None, Outcome.FAILED])
def test_a_report_of_330_tests_is_small(kind):
    weather = samples.Weather(trouble=0.1, kind=kind, body=2000)
    story = samples.story(samples.events(guideline="2022.11", weather=weather))
    assert len(story.tests) > 330
    assert len(render(story)) < 2 * MB


def test_the_newest_exchange_gets_room_first():
    weather = samples.Weather(kind=Outcome.FAILED, body=300_000)
    page = Page(render(samples.story(samples.events(samples.SMALL[:1], weather=weather))))
    assert told("failures", page).index("POST https") > told("failures", page).index("GET https")
    older, newest = page.sections["failures"].split("POST https")
    assert newest.count("y") == 600_000
    assert "cut here: " in older


def test_many_leaks_are_all_told():
    stream = samples.stream_of(Outcome.PASSED)
    leaks = [LeftBehind(samples.at(3), f"server rc-{number}") for number in range(30)]
    page = Page(render(samples.story((*stream[:-1], *leaks, stream[-1]))))
    assert "30 things left behind" in told("leaks", page)
    assert "server rc-29" in told("leaks", page)
