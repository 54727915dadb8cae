"""Subunit version 2: for stestr's tools, and back through our own reader."""

import subprocess
import sys
from pathlib import Path

import pytest

from refcheck.report.as_subunit import render
from refcheck.result.load import Form, load
from refcheck.result.outcome import Outcome
from tests.report import samples

STORY = samples.story(samples.events(weather=samples.Weather(trouble=0.3)))
STREAM = render(STORY)
SAYS = {
    Outcome.PASSED: Outcome.PASSED,
    Outcome.UNDECIDED: Outcome.UNDECIDED,
}
"""What a reader understands; all others are a failure."""


def tool(name, stream):
    place = Path(sys.executable).parent / name
    return subprocess.run([place], input=stream, capture_output=True, check=False)


def test_our_own_reader_finds_the_same_outcomes_and_reasons():
    loaded = load(STREAM, where="here")
    assert loaded.form is Form.SUBUNIT
    seen = {one.id: one for one in loaded.outcomes}
    assert len(seen) == len(STORY.tests)
    for one in STORY.tests:
        read = seen[one.outcome.id]
        assert read.name == one.outcome.name
        assert read.outcome is SAYS.get(one.outcome.outcome, Outcome.FAILED)
        assert read.reason == one.outcome.reason


def test_a_test_lasts_from_the_first_start_to_the_last_end():
    seen = {one.id: one for one in load(STREAM, where="here").outcomes}
    for one in STORY.tests:
        if len(one.runs) == 1:
            assert seen[one.outcome.id].duration == pytest.approx(one.outcome.duration, abs=0.01)


def test_the_ids_are_names_with_the_idempotent_id_as_stestr_knows_them():
    listed = tool("subunit-ls", STREAM).stdout.decode().splitlines()
    assert sorted(listed) == sorted(
        f"{one.outcome.name}[id-{one.outcome.id}]" for one in STORY.tests
    )


def test_the_statistics_of_others_agree_and_tags_tell_outcome_capability_and_worker():
    told = tool("subunit-stats", STREAM).stdout.decode()
    counts = dict.fromkeys(Outcome, 0)
    for one in STORY.tests:
        counts[one.outcome.outcome] += 1
    assert f"Total tests:{len(STORY.tests):8}" in told
    assert f"Passed tests:{counts[Outcome.PASSED]:7}" in told
    assert f"Skipped tests:{counts[Outcome.UNDECIDED]:6}" in told
    tags = told.partition("Seen tags: ")[2].strip().split(", ")
    assert {"flaky", "absent", "extra", "worker-gw0", "compute-servers-create"} <= set(tags)


def test_the_same_run_gives_the_same_bytes():
    assert render(STORY) == STREAM


def test_a_detail_larger_than_a_packet_is_whole():
    weather = samples.Weather(kind=Outcome.FAILED, body=3_000_000)
    stream = render(samples.story(samples.events(samples.SMALL[:1], weather=weather)))
    assert stream.count(b"y" * 1000) >= 6000
    assert len(load(stream, where="here").outcomes) == 1


def test_words_of_a_hostile_cloud_do_not_break_the_stream():
    weather = samples.Weather(kind=Outcome.FAILED, words=samples.NASTY + "\udcff")
    stream = render(samples.story(samples.events(samples.SMALL, weather=weather)))
    assert len(load(stream, where="here").outcomes) == len(samples.SMALL)
