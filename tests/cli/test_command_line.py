"""The command itself: what happens around every command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from refcheck.result import signing
from refcheck.result.document import Result, to_statement
from refcheck.result.outcome import Outcome, TestOutcome


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_no_fault_of_ours():
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-u", "-m", "refcheck", "guideline", "list"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ended.returncode == 2, ended.stderr
    assert "no space left" in ended.stderr.lower()


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "a" * 300),
        ("cleanup", "a" * 300),
        ("judge", "a" * 300, "--guideline", "2020.06", "--target", "compute"),
        ("gate", "a" * 300, "--baseline", "x"),
        ("merge", "a" * 300, "-o", "x"),
    ],
)
def test_a_path_that_the_machine_refuses_is_no_fault_of_ours(refcheck, arguments):
    ended = refcheck(*arguments)
    assert ended.code == 2, ended.told
    assert f"error: {'a' * 20}" in ended.err
    assert "too long" in ended.err
    assert " next: " in ended.err


def test_a_key_that_cannot_sign_is_told_before_anything_is_run(refcheck, tmp_path):
    (tmp_path / "key").write_text("garbage")
    ended = refcheck("run", "--os-cloud", "nowhere", "--key", "key")
    assert ended.code == 2, ended.told
    assert "key: cannot use this key" in ended.err


def test_words_of_files_make_no_terminal_codes_in_an_error(refcheck, tmp_path):
    (tmp_path / "x\x1b[31m").write_text("!")
    ended = refcheck("judge", "x\x1b[31m", "--guideline", "2020.06", "--target", "compute")
    assert ended.code == 2, ended.told
    assert "error: x\N{REPLACEMENT CHARACTER}[31m: line 1 is '!'" in ended.err


def test_a_cache_that_cannot_be_written_to_is_named(refcheck, tmp_path):
    (tmp_path / "file").write_text("")
    ended = refcheck("refcloud", "up", REFCHECK_CACHE=str(tmp_path / "file"))
    assert ended.code == 4, ended.told
    assert "REFCHECK_CACHE" in ended.err


@pytest.mark.parametrize("guideline", ["g.yaml", "./g.yaml", "http://127.0.0.1:1/g.yaml#sha256=00"])
def test_what_a_result_names_as_its_guideline_is_no_path_and_no_address(
    refcheck, tmp_path, guideline
):
    (tmp_path / "g.yaml").write_text("metadata: {}")
    outcome = TestOutcome("", "a.b", Outcome.PASSED)
    result = Result(
        "r", "a" * 64, "b" * 64, guideline, "c" * 64, "platform", "t", "t", True, "0", "d" * 64,
        (outcome,),
    )  # fmt: skip
    signing.new_key(tmp_path / "key")
    signed = signing.sign(to_statement(result), signing.load_signer(tmp_path / "key"))
    (tmp_path / "result.json").write_bytes(signed)
    ended = refcheck("judge", "result.json")
    assert ended.code == 2, ended.told
    assert "there is no guideline" in ended.err


def test_an_unknown_command_is_wrong_use(refcheck):
    ended = refcheck("frobnicate")
    assert ended.code == 2
    assert "No such command" in ended.err
