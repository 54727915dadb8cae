"""`refcheck guideline gap` and `simulate`, as a person runs them."""

from __future__ import annotations

import json

import pytest

from refcheck.errors import ExitCode
from refcheck.guideline.library import folder
from tests.cli.test_judge import TESTS, passes, write_result


def changed_guideline(tmp_path) -> str:
    """2020.06 with one more required test."""
    text = (folder() / "2020.06.yaml").read_text()
    head, mark, tail = text.partition("  compute-flavors-list:")
    before, tests, after = tail.partition("    tests:\n")
    more = (
        "      tempest.api.compute.flavors.test_new.FlavorsTest.test_new:\n"
        "        idempotent_id: id-00000000-0000-4000-8000-000000000001\n"
    )
    assert tests, "the guideline's layout has changed"
    (tmp_path / "changed.yaml").write_text(head + mark + before + tests + more + after)
    return "changed.yaml"


def test_gap_names_what_is_missed_and_why(refcheck, tmp_path):
    write_result(tmp_path, passes())
    ended = refcheck("guideline", "gap", "result.json", "--to", changed_guideline(tmp_path))
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    assert "2020.06 to 2020.06, platform: held, then undecidable" in ended.out
    assert "compute-flavors-list  has new tests, 1 tests\n  undecided tempest." in ended.out


def test_gap_to_the_same_guideline_is_nothing(refcheck, tmp_path):
    write_result(tmp_path, passes())
    ended = refcheck("guideline", "gap", ".", "--to", "2020.06")
    assert ended.code == ExitCode.DONE, ended.told
    assert "nothing is missed" in ended.out


def test_gap_to_next_as_json(refcheck, tmp_path):
    (tmp_path / "list").write_text(TESTS[0][1])
    arguments = ("--from", "2020.06", "--target", "compute", "--json")
    ended = refcheck("guideline", "gap", "list", "--to", "next", *arguments)
    assert ended.code == ExitCode.DOES_NOT_QUALIFY, ended.told
    told = json.loads(ended.out)
    assert told["to"]["guideline"] == "next"
    assert len(told["eased"]) == 3
    assert {one["cause"] for one in told["missed"]} == {"missed in both"}


def test_gap_of_a_list_needs_guideline_and_target(refcheck, tmp_path):
    (tmp_path / "list").write_text("a.b")
    ended = refcheck("guideline", "gap", "list", "--to", "2020.06")
    assert ended.code == ExitCode.WRONG_USE
    assert "Give --from." in ended.err


@pytest.fixture
def results(tmp_path):
    """Results of three clouds, one file that is none, and a guideline that asks for more."""
    (tmp_path / "runs" / "one").mkdir(parents=True)
    write_result(tmp_path / "runs" / "one", passes())
    new = "00000000-0000-4000-8000-000000000001"
    names = [name for _, name in TESTS]
    (tmp_path / "runs" / "all.txt").write_text("\n".join([*names, new]))
    (tmp_path / "runs" / "none.txt").write_text("a.b")
    (tmp_path / "runs" / "broken.json").write_text("{")
    (tmp_path / "runs" / "notes.md").write_text("no result")
    return changed_guideline(tmp_path)


def test_simulate_says_who_loses_what(refcheck, results):
    ended = refcheck(
        "guideline", "simulate", "runs", "--guideline", "2020.06", "--changed", results
    )
    assert ended.code == ExitCode.DONE, ended.told
    assert ended.out == (
        "one/result.json: loses platform, compute\n3 results: 0 gain a tier, 1 lose one\n"
    )
    assert "passed over: runs/broken.json: is not JSON" in ended.err
    back = refcheck("guideline", "simulate", "runs", "--guideline", results, "--changed", "2020.06")
    assert "one/result.json: gains platform, compute" in back.out


def test_simulate_as_json_is_a_line_for_each_result(refcheck, results):
    arguments = ("--guideline", "2020.06", "--changed", results, "--json")
    lines = refcheck("guideline", "simulate", "runs", *arguments).out.splitlines()
    told = {one["result"]: (one["before"], one["after"]) for one in map(json.loads, lines)}
    every = ["platform", "compute", "object"]
    assert told == {
        "all.txt": (every, every),
        "none.txt": ([], []),
        "one/result.json": (every, ["object"]),
    }


def test_simulate_in_a_folder_without_results_is_wrong_use(refcheck, tmp_path):
    (tmp_path / "empty").mkdir()
    arguments = ("--guideline", "2020.06", "--changed", "2020.06")
    ended = refcheck("guideline", "simulate", "empty", *arguments)
    assert ended.code == ExitCode.WRONG_USE
    assert "holds no result" in ended.err
