"""kill -9 at one point of the journal after the other: the same verdict, no false pass, no leak."""

import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from refcheck.cloud.connection import connect
from refcheck.cloud.ledger import Ledger
from refcheck.result.events import TestFinished
from refcheck.result.folding import to_result
from refcheck.result.journal import read_journal
from refcheck.result.outcome import Outcome
from tests.faults.leftovers import leftovers

pytestmark = pytest.mark.journey

PLACES = (
    "compute/test_servers_delete",
    "compute/test_keypairs_create",
    "compute/test_servers_metadata",
    "identity/test_v3_tokens",
    "images/test_v2_list",
    "networks/test_security_groups",
    "object_storage/",
    "volumes/test_v3_create_delete",
    "volumes/test_v3_snapshot_create_delete",
)
WAYS = (
    ("before", "2"), ("after", "3"), ("after", "4"), ("before", "5"), ("after", "2"), ("after", "6"),
    ("before", "4"), ("after", "7"), ("before", "6"), ("after", "1"), ("after", "5"),
)  # fmt: skip
"""Events that a process may still write before it is killed, in turn; each gets a little further."""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def begin(behind, clouds_yaml, tmp_path):
    """Start `refcheck`, killed at some point or not at all; give the exit code and what it said."""
    few = behind.guideline(PLACES)
    environ = {
        **os.environ, "OS_CLIENT_CONFIG_FILE": str(clouds_yaml), "REFCHECK_KEY": str(tmp_path / "key"),
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip

    def begin(command, *arguments, kill=()):
        program = ["tests.faults.killed", *kill] if kill else ["refcheck"]
        if command == "run":
            arguments = ("--os-cloud", "refcloud", "--os-cloud-alt", "refcloud-alt",
                         "--guideline", str(few), "--runs", *arguments)  # fmt: skip
        ended = subprocess.run(
            [sys.executable, "-m", *program, command, *arguments],
            cwd=tmp_path,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        if not kill:
            assert "Traceback" not in ended.stdout, ended.stdout
        return ended.returncode, ended.stdout

    return begin


def verdict_of(folder):
    """The verdict without the time of judging and what depends on it."""
    document = json.loads((folder / "verdict.json").read_text())
    return {key: document[key] for key in document if key not in ("at", "judged_at", "inputs")}


def passed(folder):
    events = read_journal(folder / "journal.sqlite")
    ended = [event.outcome for event in events if isinstance(event, TestFinished)]
    return {outcome.id for outcome in ended if outcome.outcome is Outcome.PASSED}


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", [8, pytest.param(38, marks=pytest.mark.endurance)])
def test_a_run_killed_at_one_point_after_the_other_ends_as_if_it_had_not_been(
    begin, clouds_yaml, kills, monkeypatch, tmp_path
):
    code, told = begin("run", str(tmp_path / "whole"))
    (whole,) = (tmp_path / "whole").iterdir()
    assert len(passed(whole)) > 80, told

    ended, told = begin("run", str(tmp_path / "killed"), kill=("after", "2"))
    assert ended == -signal.SIGKILL, told
    (folder,) = (tmp_path / "killed").iterdir()
    left = [len(Ledger(folder / "ledger.sqlite").open_entries())]
    for way in itertools.islice(itertools.cycle(WAYS), kills):
        ended, told = begin("resume", str(folder), kill=way)
        assert ended == -signal.SIGKILL, told
        assert passed(folder) <= passed(whole)
        left.append(len(Ledger(folder / "ledger.sqlite").open_entries()))
    assert any(left), "no kill left anything: this shows nothing of clean-up"

    for way in (("before", "RunFinished"), ("after", "RunFinished")):
        ended, told = begin("resume", str(folder), kill=way)
        assert ended == -signal.SIGKILL, told
    ended, told = begin("resume", str(folder), "--errors")
    assert ended == code, told
    assert verdict_of(folder) == verdict_of(whole)
    assert len(to_result(read_journal(folder / "journal.sqlite")).outcomes) == len(
        to_result(read_journal(whole / "journal.sqlite")).outcomes
    )
    assert Ledger(folder / "ledger.sqlite").open_entries() == ()
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    assert leftovers(connect("refcloud")) == []


def test_a_run_killed_before_its_first_event_says_so(begin, tmp_path):
    ended, _ = begin("run", str(tmp_path / "killed"), kill=("before", "1"))
    assert ended == -signal.SIGKILL
    (folder,) = (tmp_path / "killed").iterdir()
    ended, told = begin("resume", str(folder))
    assert ended == 2
    assert "the run had not begun" in told
    ended, told = begin("cleanup", str(folder))
    assert (ended, told) == (0, "the run created nothing\n")
