"""Waiting polls at once, ends early on failure, and tells the history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.cloud.signals import CloudFault
from refcheck.cloud.waiting import Clock, wait_for


class Simulated:
    """A clock that moves only when someone sleeps."""

    def __init__(self):
        self.time = 0.0
        self.pauses = []

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.time += seconds

    def clock(self):
        return Clock(lambda: self.time, self.sleep)


def states(*sequence):
    """A cloud that goes through these states and stays in the last."""
    left = list(sequence)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def test_a_state_that_is_there_already_costs_no_pause():
    simulated = Simulated()
    wait_for(states("ACTIVE"), {"ACTIVE"}, budget=10, what="server", clock=simulated.clock())
    assert simulated.pauses == []


def test_the_first_pause_is_short():
    simulated = Simulated()
    wait_for(states("BUILD", "ACTIVE"), {"ACTIVE"}, budget=10, what="s", clock=simulated.clock())
    assert simulated.pauses == [0.1]


def test_a_state_of_failure_ends_the_wait_at_once():
    simulated = Simulated()
    with pytest.raises(
        CloudFault, match=r"server became ERROR, not ACTIVE \(BUILD at 0.0 s, ERROR"
    ):
        wait_for(
            states("BUILD", "ERROR"), {"ACTIVE"}, never={"ERROR"}, budget=10, what="server",
            clock=simulated.clock(),
        )  # fmt: skip
    assert simulated.time < 1


def test_a_wait_without_end_stops_at_its_budget_with_the_history():
    simulated = Simulated()
    with pytest.raises(CloudFault, match=r"did not become ACTIVE in 30 s \(BUILD at 0.0 s\)"):
        wait_for(states("BUILD"), {"ACTIVE"}, budget=30, what="server", clock=simulated.clock())
    assert simulated.time == pytest.approx(30, abs=0.01)


@given(st.floats(min_value=0.5, max_value=200))
def test_a_wait_overshoots_by_a_fifth_at_most(ready_at):
    simulated = Simulated()
    wait_for(
        lambda: "up" if simulated.time >= ready_at else "down", {"up"}, budget=1000, what="x",
        clock=simulated.clock(),
    )  # fmt: skip
    assert simulated.time - ready_at <= max(0.1, 0.25 * ready_at)
