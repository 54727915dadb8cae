"""`refcheck merge`, as a person runs it."""

from __future__ import annotations

import pytest

from refcheck.errors import ExitCode
from refcheck.result.anywhere import load_named
from refcheck.result.outcome import Outcome, TestOutcome
from tests.cli.test_judge import passes, write_result


@pytest.fixture
def shards(tmp_path):
    """Two shards of a whole run, each in its folder, signed by its own key."""
    every = passes()
    for number in (1, 2):
        folder = tmp_path / f"shard{number}"
        folder.mkdir()
        outcomes = [
            one
            if place % 2 == number - 1
            else TestOutcome(
                one.id, one.name, Outcome.UNDECIDED, f"left out: --shard {number}/2", attempts=0
            )
            for place, one in enumerate(every)
        ]
        write_result(folder, outcomes, run_id=f"run-{number}", facts={"host": number})


def test_shards_become_one_signed_result_in_whatever_order(refcheck, shards, tmp_path):
    refcheck("key", "new", "--out", "mine.pem")
    ended = refcheck("merge", "shard1", "shard2/result.json", "-o", "one.json", "--key", "mine.pem")
    assert ended.code == ExitCode.DONE, ended.told
    assert "2 runs" in ended.out
    assert "facts that differ: host" in ended.out
    assert "signatures were not checked; --trust KEY checks them" in ended.out
    assert "complete: one.json" in ended.out
    refcheck("merge", "shard2", "shard1", "-o", "two.json", "--key", "mine.pem")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    judged = refcheck("judge", "one.json", "--key", "mine.pem.pub")
    assert "signature good" in judged.out
    assert "capability rule       held" in judged.out
    assert refcheck("gate", "one.json", "--baseline", "two.json").code == ExitCode.DONE


def test_without_a_key_one_is_made_as_for_a_run(refcheck, shards, tmp_path):
    ended = refcheck("merge", "shard1", "shard2", "-o", "one.json", REFCHECK_KEY="new.pem")
    assert ended.code == ExitCode.DONE, ended.told
    assert (tmp_path / "new.pem.pub").exists()


def test_a_key_that_is_named_and_missing_is_not_made(refcheck, shards, tmp_path):
    ended = refcheck("merge", "shard1", "shard2", "-o", "one.json", "--key", "mine.pem")
    assert ended.code == ExitCode.WRONG_USE, ended.told
    assert "mine.pem: no such key" in ended.err
    assert "refcheck key new --out mine.pem" in ended.err
    assert not [*tmp_path.glob("*.pem*"), *tmp_path.glob("one.json")]


def test_parts_are_checked_by_the_keys_that_are_trusted(refcheck, shards, tmp_path):
    keys = ("--trust", "shard1/key.pem.pub", "--trust", "shard2/key.pem.pub")
    arguments = ("merge", "shard1", "shard2", "-o", "one.json", "--key", "shard1/key.pem")
    ended = refcheck(*arguments, *keys)
    assert ended.code == ExitCode.DONE, ended.told
    assert "not checked" not in ended.out
    assert all(part["checked"] for part in load_named(tmp_path / "one.json").result.facts["parts"])
    (tmp_path / "one.json").unlink()
    ended = refcheck(*arguments, *keys[:2])
    assert ended.code == ExitCode.WRONG_USE, ended.told
    assert "shard2: is signed by a key that is not known here" in ended.err
    assert not (tmp_path / "one.json").exists()


def test_what_is_missing_interrupted_or_differs_is_told(refcheck, tmp_path):
    every = passes()
    first, second, *rest = every
    failed = TestOutcome(first.id, first.name, Outcome.FAILED, "answered 500")
    left = TestOutcome(second.id, second.name, Outcome.UNDECIDED, "left out: by hand", attempts=0)
    for number, outcomes in ((1, [first, left, *rest]), (2, [failed, left, *rest])):
        (tmp_path / f"r{number}").mkdir()
        write_result(
            tmp_path / f"r{number}", outcomes, run_id=f"run-{number}", complete=number == 1
        )
    ended = refcheck("merge", "r1", "r2", "-o", "one.json", "--key", "r1/key.pem")
    assert ended.code == ExitCode.DONE, ended.told
    assert f"flaky    {first.name}: passed, then failed" in ended.out
    assert "1 test was left out of every part" in ended.out
    assert "run run-2 was interrupted or cut short" in ended.out
    assert "incomplete: one.json" in ended.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["shard1", "other"], "run-1 and run-9 are not of the same cloud"),
        (["shard1", "shard1/result.json"], "run run-1 is there more than once"),
        (["list"], "is a plain list, which does not name its cloud"),
        (["shard1", "-o", "shard1/result.json"], "is one of the parts"),
        (["shard1", "-o", "none/one.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_merged_is_told_with_the_next_step(
    refcheck, shards, tmp_path, arguments, words
):
    (tmp_path / "other").mkdir()
    write_result(tmp_path / "other", passes(), run_id="run-9", cloud="9" * 64)
    (tmp_path / "list").write_text("a.b\n")
    output = () if "-o" in arguments else ("-o", "one.json")
    ended = refcheck("merge", *arguments, *output, "--key", "shard1/key.pem")
    assert ended.code == ExitCode.WRONG_USE, ended.told
    assert words in ended.err
    assert "next: " in ended.err
