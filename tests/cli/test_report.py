"""`refcheck report`, the real command."""

import json
import sqlite3
import subprocess
import sys

import pytest

from refcheck.result.load import Form, load
from refcheck.result.outcome import Outcome
from tests.report import samples

STREAM = samples.events(samples.SMALL, weather=samples.Weather(trouble=0.5))


@pytest.fixture
def runs(tmp_path):
    samples.folder_of(STREAM, tmp_path / "refcheck-runs")
    return tmp_path / "refcheck-runs"


@pytest.mark.parametrize(
    ("form", "read_as"),
    [("junit", Form.JUNIT), ("subunit", Form.SUBUNIT), ("refstack", Form.REFSTACK)],
)
def test_what_it_writes_refcheck_judge_reads(refcheck, runs, tmp_path, form, read_as):
    wrote = refcheck("report", "latest", "--format", form, "--output", "out")
    assert (wrote.code, wrote.out) == (0, ""), wrote.told
    assert load((tmp_path / "out").read_bytes(), where="out").form is read_as
    judged = refcheck("judge", "out", "--guideline", "2020.06", "--target", "platform")
    assert judged.code in (1, 3), judged.told


@pytest.mark.parametrize("form", ["html", "sarif", "json"])
def test_standard_output_takes_any_form(refcheck, runs, form):
    told = refcheck("report", samples.started(()).run_id, "--format", form)
    assert told.code == 0, told.told
    assert told.out.strip().startswith("<!doctype html>" if form == "html" else "{")


def test_without_a_form_it_is_told_as_text(refcheck, runs):
    told = refcheck("report", "latest")
    assert told.code == 0, told.told
    assert "mycloud, run 20261120T120000Z-5eed5eed" in told.out
    assert "capability rule" in told.out
    assert "\x1b" not in told.out


def test_a_run_that_was_killed_is_told(refcheck, tmp_path):
    samples.folder_of(STREAM[:7], tmp_path / "refcheck-runs")
    told = refcheck("report", "latest", "--format", "json")
    assert json.loads(told.out)["run"]["state"] == "not finished"


def test_of_a_run_that_has_not_ended_there_is_no_signed_result(refcheck, tmp_path):
    samples.folder_of(STREAM[:7], tmp_path / "refcheck-runs")
    told = refcheck("report", "latest", "--format", "result")
    assert told.code == 2, told.told
    assert "has not ended" in told.err


def test_a_run_that_goes_on_is_told_while_its_journal_is_open(refcheck, runs):
    file = next(runs.glob("*/journal.sqlite"))
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    told = refcheck("report", "latest")
    writer.close()
    assert told.code == 0, told.told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere",), "there is no such run folder"),
        (("latest", "--runs", "empty"), "holds no run"),
        (("latest", "--format", "result"), "its result.json is gone"),
        (("latest", "--output", "no/such/folder/x"), "cannot be written"),
        (("latest", "--guideline", "2999.01"), "there is no guideline '2999.01'"),
        (("latest", "--format", "papyrus"), "papyrus"),
    ],
)
def test_wrong_use_is_two_lines_and_code_2(refcheck, runs, arguments, words):
    told = refcheck("report", *arguments)
    assert told.code == 2, told.told
    assert words in told.err
    assert told.out == ""


def test_a_reader_that_leaves_is_no_fault(runs):
    command = f"{sys.executable} -m refcheck report latest --runs {runs} --format json | head -c 10"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, check=False, timeout=60)
    assert ended.stderr == b""


def test_the_signed_result_is_given_as_it_is(refcheck, runs):
    folder = next(runs.iterdir())
    (folder / "result.json").write_bytes(b'{"signed": "as it is"}')
    assert refcheck("report", "latest", "--format", "result").out == '{"signed": "as it is"}'


def test_outcomes_are_those_of_the_journal(refcheck, runs):
    told = json.loads(refcheck("report", "latest", "--format", "json").out)
    words = {test["id"]: test["outcome"] for test in told["tests"]}
    assert words == {one.id: one.outcome.value for one in samples.story(STREAM).result.outcomes}
    assert set(words.values()) > {Outcome.PASSED.value}
