"""`refcheck gate`, as a CI job runs it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from refcheck.errors import ExitCode
from refcheck.result.events import RunStarted, Selected, TestFinished
from refcheck.result.journal import Journal
from refcheck.result.outcome import Outcome, TestOutcome
from tests.cli.test_judge import GUIDELINE, passes, write_result

LAST = passes()[-1]
VOLUMES = "volumes-v3-upload"
FAILED = replace(LAST, outcome=Outcome.FAILED, reason="POST /volumes answered 500")


@pytest.fixture
def results(tmp_path):
    """Write a result where everything passes but what is given; `None` leaves a test out."""

    def results(name, last=LAST, **changes):
        folder = tmp_path / name
        folder.mkdir()
        write_result(folder, [*passes()[:-1], *([last] if last else [])], **changes)
        return name

    return results


def test_a_run_against_itself_passes(refcheck, results):
    one = results("one")
    ended = refcheck("gate", one, "--baseline", f"{one}/result.json")
    assert ended.code == ExitCode.DONE, ended.told
    assert ended.out.startswith("Gate passed: nothing fails that is new")
    assert "result and baseline are of the same run" in ended.out
    assert "signatures were not checked; --trust KEY checks them" in ended.out


def test_a_new_failure_is_refused_with_its_capability_and_its_reason(refcheck, results):
    ended = refcheck("gate", results("now", FAILED), "--baseline", results("before"))
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    assert f"  new          {VOLUMES}: test_volume_upload failed" in ended.out
    assert "cloud: POST /volumes answered 500 · passed in the baseline" in ended.out


def test_a_pass_that_was_not_decided_this_time_is_not_enough_data(refcheck, results):
    ended = refcheck("gate", results("now", None), "--baseline", results("before"))
    assert ended.code == ExitCode.UNDECIDED, ended.told
    assert "Not enough data: 1 test not decided" in ended.out


def test_a_policy_knows_failures_by_a_glob_of_capabilities(refcheck, results, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("known_failures: [{capability: volumes-v3-up*, reason: bug 7}]\nstrict: true")
    arguments = ("--policy", "policy.yaml")
    assert refcheck("gate", results("now", FAILED), *arguments).code == ExitCode.DONE
    ended = refcheck("gate", results("mended"), *arguments)
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    assert "volumes-v3-up* passes now: bug 7" in ended.out


def test_what_the_guideline_flags_is_not_asked_for(refcheck, results, tmp_path):
    assert any(t.flag for c in GUIDELINE.capabilities.values() for t in c.tests)
    (tmp_path / "policy.yaml").write_text("{}")
    ended = refcheck("gate", results("now"), "--policy", "policy.yaml")  # which holds none of them
    assert ended.code == ExitCode.DONE, ended.told


def test_what_differs_from_the_baseline_is_told(refcheck, results):
    now = results("now", cloud="a" * 64, suite_sha256="b" * 64, run_id="run-2", complete=False)
    ended = refcheck("gate", now, "--baseline", results("before"))
    assert "another cloud than the baseline's: aaaaaaaaaaaa, there 000000000000" in ended.out
    assert "another suite than the baseline's: bbbbbbbbbbbb, there 333333333333" in ended.out
    assert "interrupted or cut short" in ended.out
    assert "another target" not in ended.out


def test_a_list_of_passes_is_a_baseline_too(refcheck, results, tmp_path):
    (tmp_path / "passed.txt").write_text("".join(f"{one.name}\n" for one in passes()))
    ended = refcheck("gate", results("now", FAILED), "--baseline", "passed.txt")
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told


def test_two_reports_of_another_tool_are_compared_by_name(refcheck, tmp_path):
    suite = '<testsuite><testcase classname="a" name="b"/>{}</testsuite>'
    (tmp_path / "before.xml").write_text(suite.format('<testcase classname="a" name="c"/>'))
    failing = '<testcase classname="a" name="c"><failure message="no"/></testcase>'
    (tmp_path / "now.xml").write_text(suite.format(failing))
    ended = refcheck("gate", "now.xml", "--baseline", "before.xml", "--json")
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    (test,) = json.loads(ended.out)["tests"]
    assert (test["name"], test["sort"], test["outcome"]) == ("a.c", "new", "failed")


def test_a_run_that_wrote_no_result_is_read_from_its_journal(refcheck, results, tmp_path):
    folder = tmp_path / "cut"
    folder.mkdir()
    journal = Journal(folder / "journal.sqlite")
    selected = tuple(Selected(one.id, one.name, "x", implemented=True) for one in passes())
    journal.append(
        RunStarted("", "r", "c", "0" * 64, "1" * 64, "2020.06", GUIDELINE.sha256, "platform", "0",
                   "3" * 64, selected)
    )  # fmt: skip
    for one in passes()[:5]:
        journal.append(TestFinished("", one))
    journal.close()
    ended = refcheck("gate", "cut", "--baseline", results("before"))
    assert ended.code == ExitCode.UNDECIDED, ended.told
    assert "the run wrote no result: this is what its journal says" in ended.out


def test_a_custom_guideline_is_named_or_everything_is_looked_at(refcheck, results):
    now = results("now", FAILED, guideline_sha256="9" * 64)
    ended = refcheck("gate", now, "--baseline", results("before", guideline_sha256="9" * 64))
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    assert "guideline 2020.06 is not the built-in one" in ended.out
    ended = refcheck("gate", "now", "--baseline", "before", "--guideline", "2020.06")
    assert f"{VOLUMES}: test_volume_upload" in ended.out


def test_for_github_there_are_annotations_and_a_summary_is_appended(refcheck, results, tmp_path):
    (tmp_path / "summary.md").write_text("before\n")
    ended = refcheck(
        "gate", results("now", FAILED), "--baseline", results("before"),
        "--format", "github", "--summary", "summary.md",
    )  # fmt: skip
    assert ended.out.startswith(f"::error title=new%3A {VOLUMES}%3A test_volume_upload failed::")
    assert (tmp_path / "summary.md").read_text().startswith("before\n### Gate refused: ")


def test_signatures_are_checked_by_the_keys_that_are_trusted(refcheck, results, tmp_path):
    now = results("now")
    refcheck("key", "new", "--out", "other.pem")
    ended = refcheck("gate", now, "--baseline", now, "--trust", "now/key.pem.pub")
    assert ended.code == ExitCode.DONE, ended.told
    assert "not checked" not in ended.out
    ended = refcheck("gate", now, "--baseline", now, "--trust", "other.pem.pub")
    assert ended.code == ExitCode.WRONG_USE, ended.told
    (tmp_path / "list").write_text("a.b\n")
    ended = refcheck("gate", now, "--baseline", "list", "--trust", "now/key.pem.pub")
    assert "list: is not signed" in ended.err


def test_a_narrowed_run_is_laid_onto_its_baseline(refcheck, results, tmp_path):
    left = TestOutcome(LAST.id, LAST.name, Outcome.UNDECIDED, "left out: --services compute")
    arguments = ("gate", results("now", left), "--baseline", results("before"))
    ended = refcheck(*arguments)
    assert ended.code == ExitCode.UNDECIDED, ended.told
    assert "left out     1 test: --services compute" in ended.out
    assert "together     capability rule held; no claim, that takes a whole run" in ended.out
    (tmp_path / "policy.yaml").write_text("left_out: accept")
    assert refcheck(*arguments, "--policy", "policy.yaml").code == ExitCode.DONE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["now"], "there is nothing to compare with"),
        (["now", "--policy", "none.yaml"], "none.yaml: cannot be read"),
        (["now", "--policy", "bad.yaml"], "$ Additional properties"),
        (["none", "--baseline", "now"], "none: cannot be read"),
        (["now", "--baseline", "list", "--target", "nonsense"], "has no target 'nonsense'"),
        (
            ["list", "--baseline", "list", "--guideline", "2020.06"],
            "neither result names its target",
        ),
        (["list", "--policy", "glob.yaml"], "no guideline says which tests they have"),
        (["now", "--baseline", "now", "--summary", "none/s.md"], "the summary cannot be written"),
    ],
)
def test_wrong_use_is_told_with_the_next_step(refcheck, results, tmp_path, arguments, words):
    results("now")
    (tmp_path / "list").write_text("a.b\n")
    (tmp_path / "bad.yaml").write_text("strikt: true")
    (tmp_path / "glob.yaml").write_text("known_failures: [{capability: a*, reason: b}]")
    ended = refcheck("gate", *arguments)
    assert ended.code == ExitCode.WRONG_USE, ended.told
    assert words in ended.err
    assert "next: " in ended.err
