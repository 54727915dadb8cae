"""`refcheck judge --onto`: what a narrowed run and its baseline come to, which is no claim."""

from __future__ import annotations

from refcheck.errors import ExitCode
from refcheck.result.outcome import Outcome, TestOutcome
from tests.cli.test_judge import passes, write_result


def test_what_was_left_out_is_taken_over_and_the_verdict_stays(refcheck, tmp_path):
    last = passes()[-1]
    left = TestOutcome(last.id, last.name, Outcome.UNDECIDED, "left out: --services compute")
    for name, outcomes in (("now", [*passes()[:-1], left]), ("before", passes())):
        (tmp_path / name).mkdir()
        write_result(tmp_path / name, outcomes)
    alone = refcheck("judge", "now")
    ended = refcheck("judge", "now", "--onto", "before")
    assert ended.code == alone.code == ExitCode.UNDECIDED, ended.told
    assert ended.out.startswith(alone.out)
    assert "taken over   1 test from before, none a pass of this run" in ended.out
    assert "together     capability rule held; no claim, that takes a whole run" in ended.out


def test_a_delta_is_no_verdict_document(refcheck, tmp_path):
    write_result(tmp_path, passes())
    ended = refcheck("judge", "result.json", "--onto", "result.json", "--json")
    assert ended.code == ExitCode.WRONG_USE, ended.told
    assert "refcheck gate --baseline RESULT --json" in ended.err
