"""Ctrl-C or kill -9 in the middle: no process stays, no pass is invented, nothing is left behind."""

import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time

import pytest
import requests

from refcheck.cloud.ledger import Ledger
from refcheck.result.events import TestFinished
from refcheck.result.journal import read_journal
from refcheck.result.load import load_file
from tests.conftest import CLOUD

pytestmark = pytest.mark.journey


@pytest.fixture
def begin(clouds_yaml, tmp_path):
    """Start a command as a terminal would: in a process group of its own."""
    begun = []

    def begin(*arguments, **options):
        process = subprocess.Popen(
            [sys.executable, "-m", "refcheck", *arguments],
            cwd=tmp_path,
            env={**os.environ, "OS_CLIENT_CONFIG_FILE": str(clouds_yaml), "PYTHONUNBUFFERED": "1",
                 "REFCHECK_KEY": str(tmp_path / "key")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **options,
        )  # fmt: skip
        begun.append(process)
        return process

    yield begin
    for process in begun:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def read_until(process, pattern):
    """Read the command's output until a line matches; the time of the whole test bounds it."""
    for line in process.stdout:
        found = re.search(pattern, line)
        if found:
            return found
    raise AssertionError(f"ended with {process.wait()} before {pattern!r} was seen")


def gone(group):
    """Whether no process of that group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def left_open(folder):
    return [f"{e.kind} {e.name}" for e in Ledger(folder / "ledger.sqlite").open_entries()]


def begin_run(begin, workers):
    process = begin("run", "--os-cloud", "refcloud", "--target", "compute", "-n", workers)
    read_until(process, r"^ +12/")
    return process


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_ends_a_run_in_order(begin, refcheck, tmp_path, workers):
    process = begin_run(begin, workers)
    os.killpg(process.pid, signal.SIGINT)
    told, _ = process.communicate(timeout=180)
    assert process.returncode == 3, told
    assert "The run was interrupted or cut short" in told
    assert gone(process.pid)
    (folder,) = (tmp_path / "refcheck-runs").iterdir()
    assert left_open(folder) == []
    passed = {
        e.outcome.id for e in read_journal(folder / "journal.sqlite") if isinstance(e, TestFinished)
    }
    verdict = json.loads((folder / "verdict.json").read_text())
    for capability in verdict["capabilities"].values():
        for test_id, outcome in capability["tests"].items():
            assert outcome == "undecided" or test_id in passed


def test_what_a_killed_run_left_is_removed_by_cleanup(begin, refcheck, clouds_yaml, tmp_path):
    process = begin_run(begin, "2")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (folder,) = (tmp_path / "refcheck-runs").iterdir()
    assert left_open(folder) != []
    cleaned = refcheck("cleanup", "latest", OS_CLIENT_CONFIG_FILE=str(clouds_yaml))
    assert cleaned.code == 0, cleaned.told
    assert left_open(folder) == []
    again = refcheck("cleanup", folder.name, OS_CLIENT_CONFIG_FILE=str(clouds_yaml))
    assert "0 removed, 0 left" in again.out
    # What was decided before the kill is still there, and nothing more.
    outcomes = [e for e in read_journal(folder / "journal.sqlite") if isinstance(e, TestFinished)]
    assert len(outcomes) >= 12


def test_cleanup_in_another_project_is_refused_and_forgets_nothing(
    begin, refcheck, clouds_yaml, tmp_path
):
    process = begin_run(begin, "1")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (folder,) = (tmp_path / "refcheck-runs").iterdir()
    before = left_open(folder)
    environ = {"OS_CLIENT_CONFIG_FILE": str(clouds_yaml)}
    ended = refcheck("cleanup", str(folder), "--os-cloud", "refcloud-alt", **environ)
    assert ended.code == 2
    assert "the run was in another project" in ended.err
    assert left_open(folder) == before != []
    assert refcheck("cleanup", str(folder), **environ).code == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_journal_that_cannot_be_written_ends_the_run_and_leaves_nothing(begin, tmp_path, workers):
    def no_large_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    arguments = ("run", "--os-cloud", "refcloud", "--target", "object", "-n", workers)
    process = begin(*arguments, preexec_fn=no_large_files)
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 2, told
    assert "the journal of the run cannot be written" in told
    assert "Traceback" not in told
    assert "INTERNALERROR" not in told
    (folder,) = (tmp_path / "refcheck-runs").iterdir()
    assert left_open(folder) == []


def test_cleanup_of_something_else_is_refused(refcheck, tmp_path):
    ended = refcheck("cleanup", str(tmp_path))
    assert ended.code == 2
    assert "not the folder of a run" in ended.err


def test_the_demo_serves_until_ctrl_c(begin, refcloud):
    process = begin("demo", "--serve", "--cloud", CLOUD, "--target", "object")
    address = read_until(process, r"The registry serves at (http://\S+/)").group(1)
    page = requests.get(address, timeout=10)
    assert page.status_code == 200
    os.killpg(process.pid, signal.SIGINT)
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert gone(process.pid)
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)
    assert refcloud.is_up


def test_ctrl_c_in_the_demos_run_stops_everything(begin, refcloud):
    process = begin("demo", "--serve", "--cloud", CLOUD, "--target", "object")
    read_until(process, r"^ +5/")
    os.killpg(process.pid, signal.SIGINT)
    told, _ = process.communicate(timeout=180)
    deadline = time.monotonic() + 5
    while not gone(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert process.returncode == 3, told
    assert gone(process.pid)
    assert "3 of 3" not in told


def test_a_run_killed_before_its_result_was_written_gets_it_without_a_test_more(run, refcheck):
    one = run("--capability", "compute-flavors-list")
    result, environ = one.folder / "result.json", {"OS_CLIENT_CONFIG_FILE": "clouds.yaml"}
    before = load_file(result).outcomes
    result.unlink()
    resumed = refcheck("resume", str(one.folder), **environ)
    assert resumed.code == one.ended.code, resumed.told
    assert load_file(result).outcomes == before
    again = refcheck("resume", str(one.folder), **environ)
    assert again.code == 2
    assert "there is nothing to go on with" in again.err
