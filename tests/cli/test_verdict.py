"""`refcheck verdict verify`, as a person runs it."""

from __future__ import annotations

import json

import pytest

from refcheck.errors import ExitCode
from refcheck.guideline.library import folder
from refcheck.result.outcome import Outcome, TestOutcome
from tests.cli.test_judge import TESTS, passes, write_result


@pytest.fixture
def judged(refcheck, tmp_path):
    """A folder with a result and the verdict that `refcheck judge --json` gave."""
    write_result(tmp_path, [*passes()[1:], TestOutcome(*TESTS[0], Outcome.FAILED, "\x1b[2J no")])
    (tmp_path / "verdict.json").write_text(refcheck("judge", "result.json", "--json").out)
    return tmp_path


def test_an_untouched_verdict_is_equal(refcheck, judged):
    for arguments in ((".",), ("verdict.json",), ("verdict.json", "--result", "result.json")):
        ended = refcheck("verdict", "verify", *arguments)
        assert ended.code == ExitCode.DONE, ended.told
        assert ended.out.startswith("equal: 2020.06 platform of 20")


def test_a_verdict_that_was_changed_differs_and_says_where(refcheck, judged):
    document = json.loads((judged / "verdict.json").read_text())
    (judged / "verdict.json").write_text(json.dumps({**document, "qualifies": True}))
    ended = refcheck("verdict", "verify", "verdict.json")
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    assert "$.qualifies is true in the document, false judged again" in ended.out


def test_another_result_is_named_as_the_reason(refcheck, judged):
    write_result(judged, passes())
    ended = refcheck("verdict", "verify", ".")
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    assert "the result is not the one that was judged: give --result FILE" in ended.out
    assert "\x1b" not in ended.out


def test_another_edition_of_the_guideline_is_named_as_the_reason(refcheck, judged):
    edition = (folder() / "2020.06.yaml").read_text() + "# another edition\n"
    (judged / "edition.yaml").write_text(edition)
    ended = refcheck("verdict", "verify", ".", "--guideline", "edition.yaml")
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    assert "another edition of the guideline is here" in ended.out
    assert "$.guideline.sha256" in ended.out


def test_many_differences_are_cut_and_counted(refcheck, judged):
    document = json.loads((judged / "verdict.json").read_text())
    document["capabilities"] = dict.fromkeys(document["capabilities"], 7)
    document["engine"] = "refcheck-judge/1"
    (judged / "verdict.json").write_text(json.dumps(document))
    ended = refcheck("verdict", "verify", ".")
    assert "another judge wrote it: refcheck-judge/1" in ended.out
    assert "and 59 more" in ended.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.json"], "missing.json: cannot be read"),
        (["result.json"], '"guideline" is a required property'),
        (["verdict.json", "--result", "missing"], "missing: cannot be read"),
        (["verdict.json", "--guideline", "2020.6"], "the nearest is 2020.06"),
    ],
)
def test_wrong_use_is_told_with_the_next_step(refcheck, judged, arguments, told):
    ended = refcheck("verdict", "verify", *arguments)
    assert ended.code == ExitCode.WRONG_USE, ended.told
    assert told in ended.err
    assert "next:" in ended.err
