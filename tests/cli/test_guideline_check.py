"""`refcheck guideline lint`, `diff`, `check-against`, `score` and `test-list`, as a person runs them."""

from __future__ import annotations

import json

import pytest

from refcheck.errors import ExitCode
from tests.guideline.documents import ID, SOUND, sound


@pytest.fixture
def own(tmp_path):
    """Writes a guideline file beside the command."""

    def write(tree: dict, name: str = "own.json") -> str:
        (tmp_path / name).write_text(json.dumps(tree))
        return name

    return write


def test_lint_ends_with_1_when_there_is_an_error(refcheck, own):
    tree = sound("components/os_powered_compute/capabilities/required", ["boot", "dream"])
    ended = refcheck("guideline", "lint", own(tree))
    assert ended.code == ExitCode.DOES_NOT_QUALIFY
    path = "$.components.os_powered_compute.capabilities.required"
    assert f"error undefined {path}: names 'dream', which is not defined" in ended.out
    assert "2030.01: 1 errors, 1 warnings, 0 notes" in ended.out


def test_warnings_end_lint_with_1_only_when_it_is_strict(refcheck, own):
    file = own(SOUND)
    assert refcheck("guideline", "lint", file).code == ExitCode.DONE
    assert refcheck("guideline", "lint", file, "--strict").code == ExitCode.DOES_NOT_QUALIFY


def test_lint_json_holds_the_findings(refcheck, own):
    (finding,) = json.loads(refcheck("guideline", "lint", own(SOUND), "--json").out)
    assert finding == {
        "severity": "warning",
        "rule": "required-below-cutoff",
        "path": "$.capabilities.boot",
        "text": "is required with 6 points; the cutoff is 74",
    }


def test_lint_compares_with_the_guideline_before(refcheck, own):
    ended = refcheck("guideline", "lint", "next")
    assert ended.code == ExitCode.DOES_NOT_QUALIFY
    assert "was required in 2018.02 and is removed; nothing goes" in ended.out
    previous = own(sound("components/os_powered_compute/capabilities", {"advisory": ["start"]}))
    current = own(sound("metadata/id", "2030.06"), "new.json")
    told = refcheck("guideline", "lint", current, "--previous", previous).out
    assert "was absent in 2030.01 and is required; only what was advisory" in told
    renamed = ("--previous", previous, "--rename", "start=boot")
    assert "transition" not in refcheck("guideline", "lint", current, *renamed).out
    assert refcheck("guideline", "lint", current, "--rename", "x").code == ExitCode.WRONG_USE


def test_diff_tells_each_fact_that_changed(refcheck):
    ended = refcheck("guideline", "diff", "2019.11", "2020.06")
    assert ended.code == ExitCode.DONE
    assert "~ id: 2019.11 → 2020.06" in ended.out
    assert refcheck("guideline", "diff", "2020.06", "2020.06").out.strip() == "no fact differs"
    found = json.loads(refcheck("guideline", "diff", "2019.11", "2020.06", "--json").out)
    assert {"path": "id", "before": "2019.11", "after": "2020.06"} in found


def test_a_reconstructed_guideline_is_labelled_wherever_it_is_used(refcheck):
    label = "note: 2022.11 is reconstructed, not an official text"
    for arguments in (["lint", "2022.11"], ["score", "2022.11"], ["test-list", "2022.11"]):
        assert label in refcheck("guideline", *arguments).err
    assert label in refcheck("guideline", "diff", "2020.06", "2022.11").err
    assert label not in refcheck("guideline", "test-list", "2020.06").err


def test_check_against_tells_facts_and_differences(refcheck, tmp_path):
    official = tmp_path / "official"
    official.mkdir()
    (official / "2031.01.json").write_text(json.dumps(sound("metadata/id", "2031.01")))
    ended = refcheck("guideline", "check-against", "official")
    assert ended.code == ExitCode.DOES_NOT_QUALIFY
    assert "2031.01: 20 facts compared, 20 differences" in ended.out
    assert "capabilities.boot.admin: official 'false', library not there" in ended.out
    (one,) = json.loads(refcheck("guideline", "check-against", "official", "--json").out)
    assert (one["id"], one["facts"], len(one["differences"])) == ("2031.01", 20, 20)


def test_check_against_agrees_with_what_the_library_was_made_from(refcheck, tmp_path):
    from refcheck.guideline import library
    from refcheck.guideline.parse import parse

    tree = parse(library.document("dns.2020.06"), where="x")
    (tmp_path / "dns.2020.06.json").write_text(json.dumps(tree))
    ended = refcheck("guideline", "check-against", ".")
    assert ended.code == ExitCode.DONE, ended.told
    assert "dns.2020.06: 69 facts compared, 0 differences" in ended.out


def test_check_against_a_folder_without_guidelines_is_wrong_use(refcheck):
    assert refcheck("guideline", "check-against", ".").code == ExitCode.WRONG_USE


def test_score_says_what_would_change_and_why(refcheck):
    ended = refcheck("guideline", "score", "2020.06")
    assert ended.code == ExitCode.DONE
    assert " 67 compute-list-api-versions  required → deprecated" in ended.out
    assert "Vetoed: it needs an administrator" in ended.out
    told = json.loads(refcheck("guideline", "score", "2020.06", "--json", "--cutoff", "60").out)
    by_name = {one["capability"]: one for one in told}
    assert by_name["compute-list-api-versions"]["proposed"] == "required"
    assert by_name["compute-list-api-versions"]["cutoff"] == 60


def test_score_takes_other_weights(refcheck):
    arguments = ("guideline", "score", "2020.06", "--weight")
    told = refcheck(*arguments, "tools=99").out
    assert "capabilities, " in told
    assert refcheck(*arguments, "fun=1").code == ExitCode.WRONG_USE
    assert refcheck(*arguments, "tools=x").code == ExitCode.WRONG_USE


def test_test_list_is_what_a_client_reads(refcheck, own):
    file = own(SOUND)
    assert refcheck("guideline", "test-list", file).out == f"suite.boot[id-{ID}]\n"
    aliased = refcheck("guideline", "test-list", file, "--aliases", "--json").out
    assert json.loads(aliased) == [f"old.boot[id-{ID}]", f"suite.boot[id-{ID}]"]
    assert refcheck("guideline", "test-list", file, "--no-flagged").out == ""
    assert refcheck("guideline", "test-list", file, "--status", "advisory").out == ""
    unknown = refcheck("guideline", "test-list", file, "--target", "moon")
    assert unknown.code == ExitCode.WRONG_USE
    assert "Give one of platform" in unknown.err


def test_test_list_of_a_target_and_status(refcheck):
    arguments = ("--target", "compute", "--status", "required", "--no-flagged")
    lines = refcheck("guideline", "test-list", "2020.06", *arguments).out.splitlines()
    assert len(lines) == 217
    assert lines == sorted(lines)
