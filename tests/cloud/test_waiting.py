"""Waiting polls at once, ends early on failure, learns, and tells the history."""

import contextvars

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.cloud.signals import CloudFault
from refcheck.cloud.waiting import MEMORY, Memory, wait_for
from tests.cloud.conftest import Simulated

ONE, OTHER = "6cf2c2fe-2c86-4a36-8b06-e4ed01ba4d3f", "0b0f9f0e-4f0e-4a55-9d3e-5a3c6a0f2b11"


def states(*sequence):
    """A cloud that goes through these states and stays in the last."""
    left = list(sequence)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def looks(simulated, ready_at, what="server"):
    """How often the cloud was asked until something was ready, as its clock shows."""
    asked = []
    begun = simulated.time

    def state():
        asked.append(simulated.time - begun)
        return "up" if asked[-1] >= ready_at else "down"

    wait_for(state, {"up"}, budget=1000, what=what, clock=simulated.clock())
    return asked


@pytest.fixture
def remembering():
    """Runs a function in a context that has a memory."""
    context = contextvars.copy_context()
    context.run(MEMORY.set, Memory.of_this_process())
    return context.run


def test_a_state_that_is_there_already_costs_no_pause(simulated):
    wait_for(states("ACTIVE"), {"ACTIVE"}, budget=10, what="server", clock=simulated.clock())
    assert simulated.pauses == []


def test_the_first_pause_is_short(simulated):
    wait_for(states("BUILD", "ACTIVE"), {"ACTIVE"}, budget=10, what="s", clock=simulated.clock())
    assert simulated.pauses == [0.1]


def test_a_state_of_failure_ends_the_wait_at_once(simulated):
    with pytest.raises(
        CloudFault, match=r"server became ERROR, not ACTIVE \(BUILD at 0.0 s, ERROR"
    ):
        wait_for(
            states("BUILD", "ERROR"), {"ACTIVE"}, never={"ERROR"}, budget=10, what="server",
            clock=simulated.clock(),
        )  # fmt: skip
    assert simulated.time < 1


def test_a_wait_without_end_stops_at_its_budget_with_the_history(simulated):
    with pytest.raises(CloudFault, match=r"did not become ACTIVE in 30 s \(BUILD at 0.0 s\)"):
        wait_for(states("BUILD"), {"ACTIVE"}, budget=30, what="server", clock=simulated.clock())
    assert simulated.time == pytest.approx(30, abs=0.01)


@given(st.floats(min_value=0.01, max_value=200))
def test_a_wait_overshoots_by_a_tenth_at_most(ready_at):
    simulated = Simulated()
    asked = looks(simulated, ready_at)
    assert asked[-1] - ready_at <= max(0.1, 0.1 * ready_at) + 1e-9


@given(st.lists(st.floats(min_value=0.5, max_value=5), min_size=2, max_size=8))
def test_a_wait_that_has_learned_ends_late_only_if_all_those_before_were_longer(durations):
    simulated = Simulated()
    context = contextvars.copy_context()
    context.run(MEMORY.set, Memory.of_this_process())
    took = []
    for ready_at in durations:
        took.append(context.run(looks, simulated, ready_at)[-1])
        quickest = min(took[:-1][-5:] or [0.0])
        assert took[-1] <= max(ready_at + max(0.1, 0.1 * ready_at), quickest) + 1e-9


def test_what_was_learned_saves_looks(simulated, remembering):
    first, *_, last = [remembering(looks, simulated, 2.0, f"server {ONE}") for _ in range(6)]
    other = remembering(looks, simulated, 2.0, f"server {OTHER}")
    assert len(first) > 12
    assert len(last) <= 5
    assert len(other) <= 5


def test_one_slow_wait_alone_is_not_believed(simulated, remembering):
    remembering(looks, simulated, 10.0)
    assert remembering(looks, simulated, 1.0)[-1] == pytest.approx(5.0, abs=0.5)


def test_what_was_asked_for_some_time_ago_is_looked_at_without_delay(simulated, remembering):
    remembering(looks, simulated, 10.0)
    begun, simulated.time = simulated.time, simulated.time + 6.0
    clock = simulated.clock()
    wait_for(states("up"), {"up"}, budget=30, what="server", after=1.0, since=begun, clock=clock)
    assert simulated.time == begun + 6.0


def test_a_budget_counts_from_when_it_was_asked_for(simulated):
    with pytest.raises(CloudFault, match="in 30 s"):
        wait_for(states("down"), {"up"}, budget=30, what="s", since=-20, clock=simulated.clock())
    assert simulated.time == pytest.approx(10, abs=0.01)


def test_a_wait_that_became_shorter_is_learned_soon(simulated, remembering):
    remembering(looks, simulated, 10.0)
    waits = [remembering(looks, simulated, 0.5)[-1] for _ in range(40)]
    assert waits[0] > 5
    assert waits[-1] < 1


def test_other_waits_learn_nothing_of_it(simulated, remembering):
    remembering(looks, simulated, 10.0, "server")
    assert remembering(looks, simulated, 0.0, "volume") == [0.0]


def test_nobody_asks_before_it_can_be(simulated):
    asked = []

    def state():
        asked.append(simulated.time)
        return "gone" if simulated.time >= 5.5 else "there"

    clock = simulated.clock()
    wait_for(state, {"gone"}, budget=30, what="an end", after=5.0, clock=clock)
    assert asked[0] == 5.0
    assert len(asked) == 2
