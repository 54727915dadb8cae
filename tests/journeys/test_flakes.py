"""What fails once and then passes is no pass and no failure: it is told as flaky."""

from __future__ import annotations

import threading
import time

import pytest

from refcheck.cloud.connection import connect
from refcheck.result.events import TestFinished
from refcheck.result.journal import read_journal
from refcheck.result.outcome import Outcome
from refcheck.testing import expect
from tests.faults.faults import answering, once
from tests.faults.leftovers import leftovers

pytestmark = pytest.mark.journey

POOLS = "networks/test_subnet_pools_crud.py"
READS = "compute/test_servers_metadata_get.py"
FLAVORS = "compute/test_flavors_list.py"


@pytest.fixture
def member(clouds_yaml, monkeypatch):
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    return connect("refcloud")


def of_pool(method):
    return lambda request: request.method == method and "/subnetpools/" in request.path


def attempts_of(ran):
    """Id → outcomes of its attempts, as the journal has them."""
    made = {}
    for event in read_journal(ran.folder / "journal.sqlite"):
        if isinstance(event, TestFinished):
            made.setdefault(event.outcome.id, []).append(event.outcome.outcome)
    return made


def test_one_answer_that_fails_once_makes_a_test_flaky(behind, member):
    with behind.proxy(once(of_pool("PUT"), answering(500))) as proxy:
        ran = behind.run(behind.clouds(proxy), POOLS)
    (flaky,) = [one for one in ran.result.outcomes if one.outcome is Outcome.FLAKY]
    assert [one.outcome for one in flaky.tries] == [Outcome.FAILED, Outcome.PASSED]
    assert attempts_of(ran)[flaky.id] == [Outcome.FAILED, Outcome.PASSED]
    assert "answered 500" in flaky.reason
    assert "flaky" in ran.ended.out
    # It is counted apart, and does not count as passed.
    required = ran.verdict["counts"]["required"]
    assert required["passed"] < required["tests"]
    assert "flaky" in ran.outcomes()
    assert ran.ended.code == 1, ran.ended.told
    # What either attempt made is gone.
    made = [r for r, reply in proxy.seen if r.method == "POST" and r.path.endswith("/subnetpools")]
    assert len(made) >= 2
    assert leftovers(member) == []


def test_whoever_wants_one_attempt_gets_one(behind, member):
    with behind.proxy(once(of_pool("PUT"), answering(500))) as proxy:
        ran = behind.run(behind.clouds(proxy), POOLS, options=("--attempts", "1"))
    assert "failed" in ran.outcomes()
    assert "flaky" not in ran.outcomes()
    assert all(len(attempts) == 1 for attempts in attempts_of(ran).values())
    assert leftovers(member) == []


def test_a_shared_server_that_breaks_is_not_what_the_second_attempt_gets(behind, member):
    """Somebody deletes the server that all tests read, once it is there."""
    compute = member.service("compute")
    stopped, lock = [], threading.Lock()

    def stopping(request, forward):
        reply = forward(request)
        with lock:
            there = b'"ACTIVE"' in reply.body and b'"shared"' in reply.body
            if request.service == "nova" and there and not stopped:
                (server,) = compute.get("/servers")["servers"]
                stopped.append(server["id"])
                path = f"/servers/{server['id']}"
                expect(compute.delete(path), 204)
                while compute.get(path).status != 404:
                    time.sleep(0.1)
        return reply

    with behind.proxy(stopping) as proxy:
        ran = behind.run(behind.clouds(proxy), READS)
    assert stopped
    assert "flaky" in ran.outcomes(), ran.ended.told
    assert ran.outcomes() <= {"flaky", "passed"}, ran.ended.told
    assert leftovers(member) == []


def test_repeated_tests_show_how_steady_a_cloud_is(behind, member):
    def listing(request):
        return "minRam=" in request.path

    with behind.proxy(once(listing, answering(500))) as proxy:
        ran = behind.run(behind.clouds(proxy), FLAVORS, POOLS, options=("--repeat", "3"))
    attempts = attempts_of(ran)
    assert {len(made) for made in attempts.values()} == {3}
    assert all(one.attempts == 3 for one in ran.result.outcomes)
    assert ran.outcomes(where="networks") == {"passed"}
    assert "flaky" in ran.outcomes(where="flavors")
    assert leftovers(member) == []


def test_repeated_tests_of_a_steady_cloud_all_pass(behind, member, clouds_yaml):
    ran = behind.run(clouds_yaml, FLAVORS, options=("--repeat", "3", "-n", "2"))
    assert ran.outcomes() == {"passed"}, ran.ended.told
    assert {len(made) for made in attempts_of(ran).values()} == {3}
