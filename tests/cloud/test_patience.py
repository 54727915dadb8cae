"""What was waited for in vain is waited for less, until it comes again."""

import contextvars

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refcheck.cloud.patience import LEAST, Patience, allowance
from refcheck.cloud.signals import CloudFault
from refcheck.cloud.waiting import MEMORY, Memory, wait_for

NEVER = 1e9


@pytest.fixture
def file(tmp_path):
    return tmp_path / "leases.sqlite"


@pytest.fixture
def process(simulated, file):
    """Makes processes of the run; each waits for a server that is up after so many seconds."""

    def make():
        context = contextvars.copy_context()
        context.run(MEMORY.set, Memory.of_this_process(Patience(file)))

        def wait(ready_at, *, what="server", budget=300):
            begun = simulated.time
            clock = simulated.clock()

            def state():
                return "UP" if simulated.time - begun >= ready_at else "BUILD"

            context.run(wait_for, state, {"UP"}, budget=budget, what=what, clock=clock)

        return wait

    return make


def took(simulated, wait, *arguments, **options):
    begun = simulated.time
    with pytest.raises(CloudFault) as raised:
        wait(*arguments, **options)
    return round(simulated.time - begun), str(raised.value)


def test_each_wait_in_vain_leaves_less_to_the_next(simulated, process):
    wait = process()
    seconds = [took(simulated, wait, NEVER)[0] for _ in range(5)]
    assert seconds[:3] == [300, 75, 19]
    assert seconds[3:] == pytest.approx([10, 10], abs=1)


def test_a_wait_that_was_cut_short_says_so(simulated, process):
    wait = process()
    assert "in vain" not in took(simulated, wait, NEVER)[1]
    told = took(simulated, wait, NEVER)[1]
    assert "did not become UP in 75 s (BUILD at 0.0 s)" in told
    assert "no longer, for 300 s were in vain before" in told


def test_other_processes_of_the_run_know_it_too(simulated, process):
    took(simulated, process(), NEVER)
    assert took(simulated, process(), NEVER)[0] == 75


def test_a_wait_that_is_under_way_ends_when_another_was_in_vain(simulated, process, file):
    wait = process()

    def meanwhile():
        if simulated.time > 100:
            Patience(file).lose("server ['UP']", 0)
        return "BUILD"

    context = contextvars.copy_context()
    context.run(MEMORY.set, Memory.of_this_process(Patience(file)))
    with pytest.raises(CloudFault, match=r"in 10\d s"):
        context.run(wait_for, meanwhile, {"UP"}, budget=300, what="server", clock=simulated.clock())
    # Both began when nothing was known: that is one wait in vain, not two.
    assert took(simulated, wait, NEVER)[0] == 75


def test_one_that_comes_gives_the_whole_budget_back(simulated, process):
    wait = process()
    took(simulated, wait, NEVER)
    wait(60)
    assert took(simulated, wait, NEVER)[0] == 300


def test_other_kinds_of_waits_keep_their_budget(simulated, process):
    wait = process()
    took(simulated, wait, NEVER)
    assert took(simulated, wait, NEVER, what="volume")[0] == 300


def test_names_make_no_kind(simulated, process):
    wait = process()
    took(simulated, wait, NEVER, what="server 6cf2c2fe-2c86-4a36-8b06-e4ed01ba4d3f")
    assert took(simulated, wait, NEVER, what="server 0b0f9f0e-4f0e-4a55-9d3e-5a3c6a0f2b11")[0] == 75


def test_a_cloud_known_to_be_slow_is_given_twice_what_it_took(simulated, process):
    wait = process()
    wait(100)
    took(simulated, wait, NEVER)
    took(simulated, wait, NEVER)
    assert took(simulated, wait, NEVER)[0] >= 200


@given(st.floats(0.1, 1e5), st.integers(0, 2000), st.floats(0, 1e5))
def test_no_wait_has_more_than_its_budget_or_less_than_the_least(budget, in_vain, longest):
    allowed = allowance(budget, in_vain, longest)
    assert min(budget, LEAST) <= allowed <= budget
    assert allowance(budget, in_vain + 1, longest) <= allowed
