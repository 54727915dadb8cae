"""Requests are counted in windows of time, by all workers together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from refcheck_server import counting
from refcheck_server.counting import OWN_MEMORY, SCHEME, Windows

from tests.server import live


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(counting.time, "time", lambda: now[0])
    return now


@pytest.fixture(params=["memory", "file"])
def place(request, tmp_path):
    return SCHEME + (OWN_MEMORY if request.param == "memory" else str(tmp_path / "counts"))


def test_a_window_begins_with_its_first_request_and_ends_by_itself(clock, place):
    windows = Windows(place)
    assert [windows.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    clock[0] += 59
    assert (windows.incr("a", 60), windows.get("a"), windows.get_expiry("a")) == (4, 4, 1060)
    clock[0] += 1
    assert windows.get("a") == 0
    assert (windows.incr("a", 60, amount=2), windows.get_expiry("a")) == (2, 1120)


def test_keys_are_counted_apart_and_can_be_forgotten(clock, place):
    windows = Windows(place)
    windows.incr("a", 60)
    windows.incr("b", 60)
    windows.clear("a")
    assert (windows.get("a"), windows.get("b")) == (0, 1)
    assert (windows.get_expiry("a"), windows.check()) == (clock[0], True)
    assert windows.reset() == 1
    assert windows.get("b") == 0


def test_what_is_over_is_not_kept_for_ever(clock, place):
    windows = Windows(place)
    for number in range(200):
        windows.incr(f"address {number}", 60)
        clock[0] += 1
    assert windows.get("address 199") == 1
    assert windows.reset() == 60


def test_those_who_share_a_file_count_together(clock, tmp_path):
    one, other = (Windows(f"{SCHEME}{tmp_path / 'counts'}") for _ in range(2))
    assert [one.incr("a", 60), other.incr("a", 60), one.get("a")] == [1, 2, 2]


def test_a_limit_is_the_registry_s_and_not_that_of_each_worker(tmp_path):
    few = {"REFCHECK_REGISTRY_REQUEST_RATE": "20 per hour"}
    with live.serving("--workers", "4", "--data", str(tmp_path), **few) as registry:
        with ThreadPoolExecutor(8) as askers:
            asked = askers.map(lambda _: requests.get(registry.url, timeout=30), range(60))
            statuses = [one.status_code for one in asked]
        assert (statuses.count(200), statuses.count(429)) == (20, 40)
        assert registry.stop() == 0
