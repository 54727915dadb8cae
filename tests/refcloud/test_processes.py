import os
import signal
import subprocess
import sys
import time

import pytest

from refcheck.refcloud import folders, processes

CHILD = """
import sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
import refcloud_process
refcloud_process.detach(Path(sys.argv[1]))
{then}
time.sleep(60)
"""


def detach_a_child(pid_file, then=""):
    command = [sys.executable, "-c", CHILD.format(then=then), str(pid_file), str(folders.SERVICES)]
    # Into a file: a pipe would stay open as long as the child lives.
    with pid_file.with_suffix(".log").open("w") as log:
        return subprocess.run(command, check=False, stdout=log, stderr=log, timeout=20)


@pytest.fixture
def pid_file(tmp_path):
    file = tmp_path / "toy.pid"
    yield file
    processes.end([file])


def test_a_detached_child_is_found_by_the_file_it_holds(pid_file):
    assert detach_a_child(pid_file).returncode == 0
    pid = processes.holder(pid_file)
    assert pid not in (None, os.getpid())
    os.kill(pid, 0)  # it lives


def test_a_second_child_does_not_start_beside_the_first(pid_file):
    detach_a_child(pid_file)
    first = processes.holder(pid_file)
    second = detach_a_child(pid_file)
    assert second.returncode == 1
    assert "already running" in pid_file.with_suffix(".log").read_text()
    assert processes.holder(pid_file) == first


def test_the_file_of_a_killed_child_is_stale(pid_file):
    detach_a_child(pid_file)
    os.kill(processes.holder(pid_file), signal.SIGKILL)
    deadline = time.monotonic() + 5
    while processes.holder(pid_file) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert pid_file.exists()
    assert processes.holder(pid_file) is None


def test_a_stale_file_with_the_pid_of_somebody_else_harms_nobody(pid_file):
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as bystander:
        pid_file.write_text(str(bystander.pid))
        processes.end([pid_file])
        assert bystander.poll() is None
        assert not pid_file.exists()
        bystander.kill()


def test_end_asks_first_and_removes_the_file(pid_file):
    detach_a_child(pid_file)
    processes.end([pid_file])
    assert not pid_file.exists()


def test_end_kills_a_child_that_does_not_listen(pid_file):
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    detach_a_child(pid_file, then=deaf)
    pid = processes.holder(pid_file)
    time.sleep(0.2)  # until it has gone deaf
    processes.end([pid_file], grace=0.3)
    assert not pid_file.exists()
    assert processes.resident_mib(pid) == 0  # gone, or a zombie nobody has reaped yet


def test_resident_memory_of_a_living_process_is_known():
    assert processes.resident_mib(os.getpid()) > 5
