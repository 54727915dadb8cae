"""Which run is meant, and which guideline it is judged by."""

import os
from dataclasses import replace

import pytest
import yaml

from refcheck.errors import BadResult, UnknownGuideline, WrongUse
from refcheck.guideline import library
from refcheck.report.folder import find_run, read_story
from refcheck.result.outcome import Outcome
from tests.report import samples

STREAM = samples.stream_of(Outcome.PASSED)


def test_a_run_is_named_by_its_folder_or_by_its_name_among_the_runs(tmp_path):
    folder = samples.folder_of(STREAM, tmp_path)
    assert find_run(str(folder), tmp_path / "elsewhere") == folder
    assert find_run(folder.name, tmp_path) == folder


def test_the_latest_is_the_one_that_began_last_whatever_was_touched_last(tmp_path):
    old = samples.folder_of(STREAM, tmp_path, "20261119T120000Z-ffffffff")
    new = samples.folder_of(STREAM, tmp_path, "20261120T120000Z-00000000")
    (tmp_path / "20261121T120000Z-nothing").mkdir()
    os.utime(old / "journal.sqlite", (4e9, 4e9))
    assert find_run("latest", tmp_path) == new


def test_of_two_that_began_in_the_same_second_the_latest_is_the_one_written_last(tmp_path):
    first = samples.folder_of(STREAM, tmp_path, "20261120T120000Z-ffffffff")
    second = samples.folder_of(STREAM, tmp_path, "20261120T120000Z-00000000")
    os.utime(first / "journal.sqlite", (1, 1))
    assert find_run("latest", tmp_path) == second


@pytest.mark.parametrize("named", ["nowhere", "latest"])
def test_a_run_that_is_not_there_is_told(named, tmp_path):
    with pytest.raises(WrongUse, match=r"no such run folder|holds no run"):
        find_run(named, tmp_path)


def test_a_folder_that_is_no_run_is_told(tmp_path):
    with pytest.raises(BadResult, match="holds no journal"):
        find_run(str(tmp_path), tmp_path)


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 200])
def test_a_journal_that_is_none_is_told(content, tmp_path):
    (tmp_path / "journal.sqlite").write_bytes(content)
    with pytest.raises(BadResult):
        read_story(tmp_path, None, samples.AT)


def test_a_journal_without_a_start_is_told(tmp_path):
    folder = samples.folder_of(STREAM[1:], tmp_path)
    with pytest.raises(BadResult, match="holds no start of a run"):
        read_story(folder, None, samples.AT)


def test_the_journal_gives_back_every_event(tmp_path):
    stream = samples.events(samples.SMALL, weather=samples.Weather(trouble=0.5))
    told = read_story(samples.folder_of(stream, tmp_path), None, samples.AT)
    assert told == samples.story(stream)


def own_guideline(tmp_path):
    """A guideline of the user's own, in a file, and a run against it."""
    document = yaml.safe_load((library.folder() / "2020.06.yaml").read_text())
    document["metadata"]["id"] = "ours"
    file = tmp_path / "ours.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    ours = library.load(str(file))
    first = replace(
        STREAM[0], guideline_id=ours.id, guideline_sha256=ours.sha256, guideline_source=str(file)
    )
    return file, samples.folder_of((first, *STREAM[1:]), tmp_path)


def test_a_guideline_from_a_file_is_found_again(tmp_path):
    _, folder = own_guideline(tmp_path)
    assert read_story(folder, None, samples.AT).guideline.id == "ours"


def test_a_guideline_that_is_gone_or_was_changed_is_told_and_can_be_named(tmp_path):
    file, folder = own_guideline(tmp_path)
    file.write_text(file.read_text() + "\n# changed\n")
    with pytest.raises(UnknownGuideline, match="not at hand any more") as caught:
        read_story(folder, None, samples.AT)
    assert "--guideline" in caught.value.next_step
    file.unlink()
    with pytest.raises(UnknownGuideline, match="not at hand any more"):
        read_story(folder, None, samples.AT)
    told = read_story(folder, "2020.06", samples.AT)
    assert "another edition" in told.notes[-1]


def test_a_guideline_from_an_address_is_not_asked_for_again(tmp_path):
    address = "https://guidelines.invalid/ours.json#sha256=" + "a" * 64
    first = replace(STREAM[0], guideline_id="ours", guideline_source=address)
    with pytest.raises(UnknownGuideline, match="not at hand any more"):
        read_story(samples.folder_of((first, *STREAM[1:]), tmp_path), None, samples.AT)
