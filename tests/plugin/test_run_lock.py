"""Locks that go with their process, tried with real processes."""

import subprocess
import sys

import pytest

from refcheck.errors import FolderFault, WrongUse
from refcheck.plugin import run_lock

HOLD = "import sys; from pathlib import Path; from refcheck.plugin import run_lock; {} print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def elsewhere(tmp_path):
    """Begin a process that holds a lock of the folder until it is killed."""
    begun = []

    def hold(code):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD.format(code), str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in begun:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_run_is_controlled_by_one_process_at_a_time(elsewhere, tmp_path):
    other = elsewhere("c = run_lock.control(Path(sys.argv[1])); c.__enter__();")
    with pytest.raises(WrongUse, match="still going on"), run_lock.control(tmp_path):
        pass
    other.kill()
    other.wait()
    with run_lock.control(tmp_path):
        pass


def test_whoever_takes_a_run_up_waits_for_the_last_worker(elsewhere, tmp_path):
    work = "run_lock.begin_work(Path(sys.argv[1]));"
    others = [elsewhere(work), elsewhere(work)]
    with pytest.raises(WrongUse, match="still at work"):
        run_lock.wait_for_workers(tmp_path, seconds=0.2)
    for other in others:
        other.kill()
    run_lock.wait_for_workers(tmp_path, seconds=5)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FolderFault), run_lock.control(tmp_path / "none"):
        pass
