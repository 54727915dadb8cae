"""One run on several machines: the same outcomes, and everything is cleaned up from one of them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest

from refcheck.cloud.connection import connect
from refcheck.cloud.ledger import Ledger
from refcheck.result.events import RunStarted, TestFinished
from refcheck.result.journal import read_journal
from tests.faults.elsewhere import elsewhere
from tests.faults.leftovers import leftovers

pytestmark = pytest.mark.journey

PLACES = (
    "networks/test_subnet_pools_crud.py",
    "volumes/test_v3_metadata.py",
    "compute/test_servers_delete.py",
    "compute/test_keypairs_create.py",
    "object_storage/test_container_create.py",
)


@pytest.fixture
def left(clouds_yaml, monkeypatch):
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    return lambda: leftovers(connect("refcloud"))


@pytest.fixture
def spread(refcheck, behind, clouds_yaml, tmp_path):
    """`refcheck run` of the tests at PLACES with these workers; its end, and the run's folder."""

    def spread(*specs, **environ):
        ended = refcheck(
            "run", "--os-cloud", "refcloud", "--guideline", str(behind.guideline(PLACES)),
            "--runs", str(tmp_path / "runs"), *(f"--tx={spec}" for spec in specs),
            OS_CLIENT_CONFIG_FILE=str(clouds_yaml), **environ,
        )  # fmt: skip
        return ended, next((tmp_path / "runs").glob("*"), None)

    return spread


def workers_of(folder):
    events = read_journal(folder / "journal.sqlite")
    return {event.worker for event in events if isinstance(event, TestFinished)}


def all_passed(folder):
    events = list(read_journal(folder / "journal.sqlite"))
    (start,) = [event for event in events if isinstance(event, RunStarted)]
    ended = {e.outcome.id: e.outcome.outcome for e in events if isinstance(e, TestFinished)}
    return set(ended) == {one.id for one in start.selected} and set(ended.values()) == {"passed"}


def test_two_gateways_share_one_run(spread, left, tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        # What lies about there changes nothing.
        (tmp_path / name / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    specs = [f"popen//chdir={tmp_path / name}" for name in ("one", "other")]
    ended, folder = spread(*specs)
    assert all_passed(folder), ended.told
    assert workers_of(folder) == {"gw0", "gw1"}
    assert left() == []


def test_a_worker_on_another_machine_needs_nothing_of_this_one(spread, left, tmp_path):
    other = elsewhere(tmp_path, [tmp_path / "runs"])
    ended, folder = spread("popen", other.spec, other.spec, PATH=other.path)
    assert all_passed(folder), ended.told
    assert workers_of(folder) == {"gw0", "gw1", "gw2"}
    # What it made was removed from here, and it has kept nothing.
    assert Ledger(folder / "ledger.sqlite").open_entries() == ()
    assert list(other.temporary.glob("refcheck-*")) == []
    assert left() == []


def test_what_a_lost_machine_had_made_is_removed_from_here(spread, left, tmp_path):
    """Its workers die without a word in the middle of the run, and its ledger with them."""
    other = elsewhere(tmp_path, [tmp_path / "runs"])
    dying = tmp_path / "elsewhere" / "site" / "sitecustomize.py"
    dying.write_text(dying.read_text() + LOST_AT_A_SERVERS_END)
    ended, _ = spread(other.spec, "popen", PATH=other.path)
    assert "the worker process died during this test" in ended.out, ended.told
    assert "was lost" in ended.out
    assert left() == []


LOST_AT_A_SERVERS_END = """
import http.client
send = http.client.HTTPConnection.putrequest
def putrequest(self, method, url, *arguments, **options):
    if method == "DELETE" and "/servers/" in url:
        os._exit(9)
    return send(self, method, url, *arguments, **options)
http.client.HTTPConnection.putrequest = putrequest
"""


def test_ctrl_c_reaches_workers_on_another_machine_after_the_test_that_waits(
    behind, clouds_yaml, left, tmp_path
):
    other = elsewhere(tmp_path, [tmp_path / "runs"])
    process = subprocess.Popen(
        [sys.executable, "-m", "refcheck", "run", "--os-cloud", "refcloud", "--target", "object",
         "--runs", str(tmp_path / "runs"), f"--tx={other.spec}"],
        env={**os.environ, "OS_CLIENT_CONFIG_FILE": str(clouds_yaml), "PATH": other.path,
             "REFCHECK_KEY": str(tmp_path / "key"), "PYTHONUNBUFFERED": "1"},
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    seen = 0
    for line in process.stdout:
        found = re.match(r" +(\d+)/", line)
        if found and int(found.group(1)) == 5:
            process.send_signal(signal.SIGINT)
        seen = int(found.group(1)) if found else seen
    assert process.wait(60) == 3
    assert 5 <= seen < 15, "the run did not stop"
    assert left() == []


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("nowhere", "no gateway type found for 'nowhere'"),
        ("popen//python=/no/such/python", "No such file or directory"),
        ("ssh=no-such-host.invalid", "no worker can be started there"),
    ],
)
def test_a_wrong_gateway_is_told_before_anything_is_done(spread, spec, why):
    ended, folder = spread("popen", spec)
    assert (ended.code, folder) == (2, None), ended.told
    assert f"--tx {spec}" in ended.err
    assert why in ended.err
    assert "popen//chdir=DIR" in ended.err


def test_a_machine_with_other_tests_is_refused(spread, tmp_path):
    other = elsewhere(tmp_path, [tmp_path / "runs"])
    (changed,) = (tmp_path / "elsewhere").glob("**/test_flavors_list.py")
    changed.write_text(changed.read_text() + "\n# easier\n")
    ended, folder = spread(other.spec, PATH=other.path)
    assert (ended.code, folder) == (2, None), ended.told
    assert "another suite of refcheck is there" in ended.err


def test_workers_are_counted_or_placed_not_both(refcheck):
    ended = refcheck("run", "--os-cloud", "refcloud", "-n", "2", "--tx", "popen")
    assert ended.code == 2
    assert "--tx and -n exclude each other" in ended.err
