"""Where bars are: by worker, by time, by session."""

from dataclasses import replace

import pytest

from refcheck.report.page.timeline import timeline
from refcheck.result.events import RunResumed, TestFinished, TestStarted, Wait
from refcheck.result.outcome import Outcome, TestOutcome
from tests.report import samples

A, B, C, *_ = samples.SMALL


def ran(test, began, ended, worker="gw0", waits=(), attempt=1):
    told = TestOutcome(test.id, test.name, Outcome.PASSED, "", ended - began, attempt)
    return (
        TestStarted(samples.at(began), test.id, attempt),
        TestFinished(samples.at(ended), told, worker=worker, waits=waits),
    )


def drawn(*pairs, start=None):
    events = sorted((event for pair in pairs for event in pair), key=lambda event: event.at)
    first = start or samples.started(samples.SMALL, workers=2)
    return timeline(samples.story((first, *events)), {})


def spans(lane):
    return [(bar["x"], bar["width"]) for bar in lane["bars"]]


def test_bars_stand_at_their_time_on_the_lane_of_their_worker():
    told = drawn(ran(A, 0, 4, "gw0"), ran(B, 0, 10, "gw1"), ran(C, 5, 10, "gw0"))
    assert [lane["label"] for lane in told["lanes"]] == ["gw0", "gw1"]
    assert spans(told["lanes"][0]) == [(80.0, 384.0), (560.0, 480.0)]
    assert spans(told["lanes"][1]) == [(80.0, 960.0)]
    assert len({lane["y"] for lane in told["lanes"]}) == 2


def test_workers_are_in_the_order_of_their_numbers():
    told = drawn(*(ran(A, n, n + 1, worker) for n, worker in enumerate(["gw10", "gw9", "a"])))
    assert [lane["label"] for lane in told["lanes"]] == ["a", "gw9", "gw10"]


def test_tests_of_one_worker_that_overlap_get_lanes_of_their_own():
    told = drawn(ran(A, 0, 6, ""), ran(B, 2, 8, ""), ran(C, 6.2, 10, ""))
    assert [len(lane["bars"]) for lane in told["lanes"]] == [2, 1]
    assert [lane["label"] for lane in told["lanes"]] == ["tests", ""]


def test_a_wait_is_a_lighter_part_and_never_longer_than_its_test():
    waits = (Wait("server ACTIVE", 1, 2, 5), Wait("volume gone", 3, 60, 2))
    (lane,) = drawn(ran(A, 0, 4, waits=waits), ran(B, 4, 10))["lanes"]
    assert lane["bars"][0]["waits"] == [{"x": 176.0, "width": 192.0}, {"x": 368.0, "width": 96.0}]
    assert lane["bars"][1]["waits"] == []


def test_a_repeated_attempt_is_marked():
    (lane,) = drawn(ran(A, 0, 4), ran(A, 5, 9, attempt=2))["lanes"]
    assert [bar["again"] is not None for bar in lane["bars"]] == [False, True]
    assert lane["bars"][1]["told"].endswith("passed, 4.0 s, attempt 2")


def test_sessions_stand_side_by_side_without_the_time_between():
    told = drawn(ran(A, 0, 5), (RunResumed(samples.at(9000), 2),), ran(B, 9000, 9005))
    (lane,) = told["lanes"]
    assert spans(lane) == [(80.0, 473.0), (567.0, 473.0)]
    assert told["resumed"] == [560.0]
    assert [tick["text"] for tick in told["ticks"]] == [
        "0:00",
        "0:02",
        "0:04",
        "0:06",
        "0:08",
        "0:10",
    ]


def test_what_did_not_end_has_a_lane_that_says_so():
    told = drawn(ran(A, 0, 4), (TestStarted(samples.at(1), B.id),))
    assert [lane["label"] for lane in told["lanes"]] == ["not ended", "gw0"]
    assert "did not end" in told["lanes"][0]["bars"][0]["told"]


def test_figures_of_workers_and_waits_add_up():
    waits = (Wait("server ACTIVE", 1, 2, 5),)
    told = drawn(ran(A, 0, 4, waits=waits), ran(B, 4, 10, waits=waits), ran(C, 0, 5, "gw1"))
    rows = {row["worker"]: row for row in told["rows"]}
    assert rows["gw0"] == {
        "worker": "gw0", "tests": 2, "busy": "10 s", "share": "100 %", "waited": "4.0 s",
    }  # fmt: skip
    assert rows["gw1"]["share"] == "50 %"
    assert told["waits"] == [
        {"what": "server ACTIVE", "times": 2, "whole": "4.0 s", "longest": "2.0 s", "looks": 10}
    ]


@pytest.mark.parametrize("length", [0, 0.001, 5, 3600, 400_000])
def test_any_length_has_a_readable_number_of_ticks_within_the_drawing(length):
    told = drawn(ran(A, 0, length))
    assert 1 <= len(told["ticks"]) <= 51
    assert all(80 <= tick["x"] <= 1040 for tick in told["ticks"])
    assert all(bar["x"] + bar["width"] <= 1041 for lane in told["lanes"] for bar in lane["bars"])


def test_no_test_is_no_lane():
    first = replace(samples.started(samples.SMALL), workers=2)
    assert drawn(start=first)["lanes"] == []
