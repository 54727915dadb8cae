"""Clouds that throttle, hang, drip, forget tokens and fail now and then: honest ends, in time."""

from __future__ import annotations

import os
import time

import pytest

from refcheck.cloud.connection import connect
from tests.faults.faults import (
    Hanging,
    ShortTokens,
    answering,
    answering_with_date,
    anything,
    every,
    hanging_up,
    of_service,
    slow,
    sparing_the_repeat,
)
from tests.faults.leftovers import leftovers

pytestmark = pytest.mark.journey

# They create, read, change and delete.
POOLS = "networks/test_subnet_pools_crud.py"
ROUTERS = "networks/test_l3_router.py"
UPLOAD = "volumes/test_v3_upload.py"
VOLUMES = "volumes/test_v3_metadata.py"
CONTAINERS = "object_storage/test_container_create.py"
FLAVORS = "compute/test_flavors_list.py"
TOKENS = (
    "identity/test_v3_tokens_delete.py",
    "identity/test_v3_tokens_create.py",
)
SIGNED = ("object_storage/test_temp_url_get.py", "object_storage/test_temp_url_put.py")


@pytest.fixture
def left(clouds_yaml, monkeypatch):
    """What is left in the project by runs."""
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml))
    return lambda: leftovers(connect("refcloud"))


def test_a_cloud_that_asks_to_wait_is_waited_for_and_the_result_says_so(behind, left):
    throttled = every(9, anything, answering(429, "1"))
    overloaded = every(13, anything, answering_with_date(503, 1))
    with behind.proxy(throttled, overloaded) as proxy:
        workers = ("-n", "2")  # each counts for itself, and so does the controlling process
        ran = behind.run(behind.clouds(proxy), POOLS, VOLUMES, CONTAINERS, options=workers)
    assert ran.outcomes() == {"passed"}, ran.ended.told
    asked = [reply for _, reply in proxy.seen if reply.status in (429, 503)]
    hindrances = ran.result.facts["hindrances"]
    assert hindrances["throttled"] == len(asked) > 3
    assert hindrances["seconds_waited"] >= 3
    assert "throttled" in (ran.folder / "report.html").read_text()
    assert left() == []


def test_a_limit_without_end_is_an_error_in_bounded_time(behind):
    limit = every(1, of_service("nova"), answering(429, "1"))
    began = time.monotonic()
    with behind.proxy(limit) as proxy:
        ran = behind.run(behind.clouds(proxy, api_timeout=4), FLAVORS, CONTAINERS)
    assert time.monotonic() - began < 90
    assert ran.ended.code == 3, ran.ended.told
    assert ran.outcomes(where="flavors") == {"error"}
    assert "rate limit: the compute service asks to be asked later" in ran.ended.out
    assert ran.outcomes(where="objectstore") == {"passed"}


def test_tokens_that_expire_in_the_middle_fail_no_test(behind, left):
    short = ShortTokens(1.5)
    with behind.proxy(short) as proxy:
        # The upload alone takes longer than a token lives.
        ran = behind.run(behind.clouds(proxy), *TOKENS, POOLS, CONTAINERS, UPLOAD)
    assert ran.outcomes() == {"passed"}, ran.ended.told
    assert short.refused > 0, "no token expired while it was used"
    assert left() == []


def test_closed_connections_are_opened_again_for_what_changes_nothing(behind, left):
    def reads(request):
        return request.method in ("GET", "HEAD") and request.service != "keystone"

    with behind.proxy(every(3, reads, sparing_the_repeat(hanging_up))) as proxy:
        ran = behind.run(behind.clouds(proxy), POOLS, VOLUMES, CONTAINERS)
    assert ran.outcomes() == {"passed"}, ran.ended.told
    cut = [request for request, reply in proxy.seen if reply is None]
    assert ran.result.facts["hindrances"] == {"reconnected": len(cut)}
    assert left() == []


def test_a_service_that_hangs_is_an_error_in_bounded_time(behind):
    hanging = Hanging(of_service("swift"))
    began = time.monotonic()
    with behind.proxy(hanging) as proxy:
        ran = behind.run(behind.clouds(proxy, api_timeout=3), CONTAINERS, SIGNED[0], FLAVORS)
        hanging.release()
    assert time.monotonic() - began < 90
    assert ran.ended.code == 3, ran.ended.told
    assert ran.outcomes(where="objectstore") == {"error"}
    assert "network: the object-store service" in ran.ended.out
    assert ran.outcomes(where="flavors") == {"passed"}


def test_a_slow_cloud_passes_as_well(behind, left):
    with behind.proxy(slow(1.0)) as proxy:
        ran = behind.run(behind.clouds(proxy), POOLS)
    assert ran.outcomes() == {"passed"}, ran.ended.told
    assert left() == []


def test_a_cloud_that_fails_now_and_then_fails_where_it_does_and_leaves_nothing(behind, left):
    ill = every(7, of_service("neutron"), answering(503))
    with behind.proxy(ill) as proxy:
        ran = behind.run(behind.clouds(proxy), POOLS, ROUTERS, CONTAINERS)
    assert ran.ended.code == 1, ran.ended.told
    assert ran.outcomes(where="objectstore") == {"passed"}
    assert ran.outcomes(where="networks") <= {"passed", "flaky", "failed"}
    assert "answered 503" in ran.reasons(where="networks")
    assert ran.result.facts["left_behind"] == []
    assert left() == []


def test_version_documents_that_cannot_be_read_send_no_test_astray(behind):
    def of_documents(request):
        return request.service == "glance" and request.path.rstrip("/") in ("", "/v2")

    with behind.proxy(every(1, of_documents, answering(503))) as proxy:
        ran = behind.run(behind.clouds(proxy), "images/test_v2_get.py", CONTAINERS)
    assert ran.outcomes() == {"passed"}, ran.ended.told


OUR_CLOCK_IS_WRONG = """
import datetime, os, time
ahead, real, moment = float(os.environ["AHEAD"]), time.time, datetime.datetime
time.time = lambda: real() + ahead

class Wrong(moment):
    @classmethod
    def now(cls, tz=None):
        return moment.now(tz) + datetime.timedelta(seconds=ahead)

    @classmethod
    def utcnow(cls):
        return cls.now(datetime.timezone.utc).replace(tzinfo=None)

datetime.datetime = Wrong
"""


@pytest.mark.parametrize("ahead", [-7 * 86400, 7 * 86400])
def test_a_clock_of_ours_that_is_wrong_changes_no_outcome(behind, tmp_path, ahead):
    (tmp_path / "sitecustomize.py").write_text(OUR_CLOCK_IS_WRONG)
    with behind.proxy() as proxy:
        ran = behind.run(
            behind.clouds(proxy),
            TOKENS[-1],
            *SIGNED,
            PYTHONPATH=f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
            AHEAD=str(ahead),
        )
    assert ran.outcomes() == {"passed"}, ran.ended.told
    assert abs(ran.result.facts["clock_skew"] + ahead) < 30
    # One log-in for the run; the others are what the test of tokens asks for.
    logins = [request for request, _ in proxy.seen if request.is_login]
    assert len(logins) < 12, "a token was taken for expired"
