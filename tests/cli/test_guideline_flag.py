"""`refcheck guideline flag` and `unflag`, as a person runs them."""

from __future__ import annotations

from datetime import UTC, datetime

from refcheck.errors import ExitCode
from refcheck.guideline import library
from tests.guideline.documents import ID, TEXT_OF_SOUND

TEST = "id-80c574cc-0925-44ba-8602-299028357dd9"
WHY = ("--reason", "D401 Fails on leap days.", "--action", "Wait for the repair.")


def flag_of(path) -> str | None:
    tests = [t for c in library.load(str(path)).capabilities.values() for t in c.tests]
    (flag,) = {test.flag for test in tests if test.id == TEST.removeprefix("id-")}
    return flag and f"{flag.reason} {flag.action} {flag.date}"


def test_flag_writes_a_new_edition_and_unflag_takes_it_back(refcheck, tmp_path):
    arguments = (*WHY, "--date", "2030-02-28", "--output", "new.yaml")
    ended = refcheck("guideline", "flag", "2020.06", TEST, *arguments)
    assert ended.code == ExitCode.DONE, ended.told
    assert flag_of(tmp_path / "new.yaml") == (
        "D401 Fails on leap days. Wait for the repair. 2030-02-28"
    )
    assert library.load(str(tmp_path / "new.yaml")).sha256 in ended.out
    ended = refcheck("guideline", "unflag", "new.yaml", TEST, "--in-place")
    assert ended.code == ExitCode.DONE, ended.told
    assert (tmp_path / "new.yaml").read_bytes() == library.document("2020.06")


def test_the_date_is_today_when_none_is_given(refcheck, tmp_path):
    refcheck("guideline", "flag", "2020.06", TEST, *WHY, "--output", "new.yaml")
    assert datetime.now(UTC).date().isoformat()[:7] in flag_of(tmp_path / "new.yaml")


def test_a_built_in_guideline_is_not_changed_in_place(refcheck):
    ended = refcheck("guideline", "flag", "2020.06", TEST, *WHY, "--in-place")
    assert ended.code == ExitCode.WRONG_USE
    assert "is built in, and never changed" in ended.err


def test_a_file_that_is_there_is_not_overwritten(refcheck, tmp_path):
    (tmp_path / "new.yaml").write_text("mine")
    ended = refcheck("guideline", "flag", "2020.06", TEST, *WHY, "--output", "new.yaml")
    assert ended.code == ExitCode.WRONG_USE
    assert "new.yaml: is there already" in ended.err
    assert (tmp_path / "new.yaml").read_text() == "mine"


def test_one_place_to_write_must_be_given(refcheck, tmp_path):
    (tmp_path / "own.json").write_text(TEXT_OF_SOUND)
    for wrong in ([], ["--in-place", "--output", "new.json"]):
        ended = refcheck("guideline", "unflag", "own.json", ID, *wrong)
        assert ended.code == ExitCode.WRONG_USE
        assert "one of --output and --in-place" in ended.err


def test_what_cannot_be_flagged_is_told(refcheck):
    given = ("--output", "new.yaml")
    ended = refcheck("guideline", "flag", "2020.06", "suite.gone", *WHY, *given)
    assert ended.code == ExitCode.WRONG_USE
    assert "2020.06: the test 'suite.gone' is not there" in ended.err
    ended = refcheck("guideline", "unflag", "2020.06", TEST, *given)
    assert "is not flagged" in ended.err
