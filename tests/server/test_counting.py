"""Requests are counted in windows of time."""

from __future__ import annotations

import pytest
from refcheck_server import counting
from refcheck_server.counting import Windows


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(counting.time, "time", lambda: now[0])
    return now


def test_a_window_begins_with_its_first_request_and_ends_by_itself(clock):
    windows = Windows()
    assert [windows.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    clock[0] += 59
    assert (windows.incr("a", 60), windows.get("a"), windows.get_expiry("a")) == (4, 4, 1060)
    clock[0] += 1
    assert windows.get("a") == 0
    assert (windows.incr("a", 60, amount=2), windows.get_expiry("a")) == (2, 1120)


def test_keys_are_counted_apart_and_can_be_forgotten(clock):
    windows = Windows()
    windows.incr("a", 60)
    windows.incr("b", 60)
    windows.clear("a")
    assert (windows.get("a"), windows.get("b")) == (0, 1)
    assert (windows.get_expiry("a"), windows.check()) == (clock[0], True)
    assert windows.reset() == 1
    assert windows.get("b") == 0


def test_what_is_over_is_not_kept_for_ever(clock):
    windows = Windows()
    for number in range(10_000):
        windows.incr(f"address {number}", 60)
        clock[0] += 1
    assert len(windows._windows) <= counting._FEWEST
    assert windows.get("address 9999") == 1
