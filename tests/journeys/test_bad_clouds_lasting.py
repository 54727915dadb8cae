"""Clouds that are bad all the time: slow, ill now and then, and one that boots nothing."""

from __future__ import annotations

import os
import re
import signal
import time
from contextlib import contextmanager

import pytest

from refcheck.cloud.connection import connect
from refcheck.refcloud import processes
from refcheck.result.blame import Blame, blame_of
from refcheck.result.outcome import Outcome
from tests.faults.faults import (
    after_doing_it,
    answering,
    anything,
    by_chance,
    every,
    forgetting_keypairs,
    never_leaving_build,
    slow,
)
from tests.faults.leftovers import leftovers
from tests.journeys.conftest import Run

pytestmark = pytest.mark.journey

# Something of each service that creates; with little that boots, so that it takes no long time.
SLOWLY = (
    "networks/test_subnet_pools_crud.py",
    "volumes/test_v3_metadata.py",
    "images/test_v2_update.py",
    "object_storage/test_container_create.py",
    "identity/test_v3_tokens_create.py",
    "compute/test_servers_delete.py",
)
EXPIRING = "identity/test_v3_application_credentials.py::test_a_credential_ends_when_it_expires"
SOME = (*SLOWLY, "networks/test_l3_router.py", "compute/test_keypairs_create.py")
BOOTS = ("compute/test_servers_delete.py", "object_storage/test_container_create.py")
LIED_ABOUT = "keypairs-create"


@pytest.fixture
def left(clouds_yaml, monkeypatch):
    """What is left in the project by runs."""
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    return lambda: leftovers(connect("refcloud"))


def parted(these, is_so):
    """Those that are so, and those that are not."""
    return [one for one in these if is_so(one)], [one for one in these if not is_so(one)]


def seconds_in_vain(reason):
    return int(re.search(r"did not become ACTIVE in (\d+) s", reason)[1])


@contextmanager
def within(seconds):
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def those_that_did_not_pass(ran):
    return [one for one in ran.result.outcomes if one.outcome is not Outcome.PASSED]


def test_a_cloud_that_takes_a_second_for_each_answer_passes_as_well(behind, left):
    with behind.proxy(slow(1.0)) as proxy, within(280):
        ran = behind.run(behind.clouds(proxy), *SLOWLY, options=("-n", "4"))
    assert ran.outcomes() == {"passed"}, ran.ended.told
    assert ran.result.facts["left_behind"] == []
    assert left() == []


def test_a_credential_may_expire_sooner_than_a_slow_cloud_is_asked_for_it(behind, left):
    with behind.proxy(slow(1.0)) as proxy, within(280):
        ran = Run(*behind.start(behind.clouds(proxy), EXPIRING, guideline="2022.11"))
    assert ran.outcomes() == {"passed"}, ran.ended.told
    assert left() == []


@pytest.mark.parametrize(
    "ill",
    [
        pytest.param((every(50, anything, answering(503)),), marks=pytest.mark.endurance),
        (by_chance(0.01, "1", answering(503)), by_chance(0.01, "2", after_doing_it(503))),
    ],
    ids=["every 50th", "by chance, half of it though done"],
)
def test_a_cloud_that_is_ill_now_and_then_is_told_so_and_gets_no_pass_for_it(behind, left, ill):
    with behind.proxy(*ill, forgetting_keypairs) as proxy, within(280):
        for _ in range(5):  # a cloud that is ill at the log-in lets nobody begin
            ended, folder = behind.start(behind.clouds(proxy), *SOME, options=("-n", "2"))
            if folder:
                break
            assert ended.code == 4, ended.told
    assert folder, ended.told
    ran = Run(ended, folder)
    assert any(reply and reply.status == 503 for _, reply in proxy.seen)
    for one in those_that_did_not_pass(ran):
        assert one.outcome in {Outcome.FAILED, Outcome.FLAKY, Outcome.ERROR}
        assert "503" in one.reason or "keypair" in one.name, one
        assert blame_of(one) in {Blame.CLOUD, Blame.NETWORK}, one
    # What the cloud lies about is no pass, whatever the weather and however often it is tried.
    assert "passed" not in ran.outcomes(where=LIED_ABOUT)
    assert left() == ran.result.facts["left_behind"] == []


def test_servers_that_never_leave_build_fail_in_minutes_and_are_removed(behind, left):
    with behind.proxy(never_leaving_build) as proxy, within(280):
        ran = behind.run(behind.clouds(proxy), *BOOTS, options=("-n", "3", "--boot-budget", "20"))
    assert ran.outcomes(where="objectstore") == {"passed"}, ran.ended.told
    assert ran.outcomes(where="servers") == {"failed"}
    assert ran.result.facts["boot_budget"] == 20
    failed = those_that_did_not_pass(ran)
    assert {blame_of(one) for one in failed} == {Blame.CLOUD}
    reasons = [attempt.reason for one in failed for attempt in one.history]
    for reason in reasons:
        assert "did not become ACTIVE in" in reason
        assert "BUILD at" in reason
    # Whose wait has the whole budget is chance: a test's, or that of a head start before all tests.
    cut, whole = parted(reasons, lambda reason: "20 s were in vain before" in reason)
    assert cut, "each had the whole budget"
    assert all(20 <= seconds_in_vain(reason) < 30 for reason in whole), whole
    assert all(10 <= seconds_in_vain(reason) < 20 for reason in cut), cut
    assert left() == ran.result.facts["left_behind"] == []


def test_servers_that_a_hanging_cloud_does_not_let_go_are_told_and_cleaned_up_later(
    behind, refcheck, refcloud, left
):
    """Nova without an answer from placement: it builds for ever, and its deletions hang."""
    placement = processes.holder(refcloud.home.pid_file("placement"))
    with behind.proxy() as proxy, within(280):
        clouds = behind.clouds(proxy, api_timeout=5)
        os.kill(placement, signal.SIGSTOP)
        try:
            ran = behind.run(clouds, *BOOTS, options=("-n", "3", "--boot-budget", "10"))
        finally:
            os.kill(placement, signal.SIGCONT)
        assert ran.outcomes(where="objectstore") == {"passed"}, ran.ended.told
        assert ran.outcomes(where="servers") <= {"failed", "error"}
        told = ran.result.facts["left_behind"]
        assert any(what.startswith("server rc-") for what in told), ran.ended.told
        assert all(" rc-" in what and "network: the compute service" in what for what in told)
        environ = {"OS_CLIENT_CONFIG_FILE": str(clouds)}
        cleaned = refcheck("cleanup", str(ran.folder), **environ)
    assert cleaned.code == 0, cleaned.told
    assert left() == []
