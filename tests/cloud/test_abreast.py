"""Jobs run side by side; a silent one keeps nobody waiting, a broken one is heard of."""

import threading
import time

import pytest

from refcheck.cloud.abreast import abreast

LONG = 30.0


def test_what_all_jobs_give_comes():
    assert sorted(abreast([lambda: "ab", lambda: "", lambda: "cd"], LONG)) == list("abcd")


def test_no_jobs_give_nothing():
    assert list(abreast([], LONG)) == []


def test_jobs_do_not_wait_for_each_other():
    both = threading.Barrier(2)
    arrived = abreast([lambda: [both.wait(LONG)], lambda: [both.wait(LONG)]], LONG)
    assert sorted(arrived) == [0, 1]


def test_one_job_alone_runs_in_the_thread_that_asks_where_limits_hold():
    assert list(abreast([lambda: [threading.current_thread()]], LONG)) == [
        threading.current_thread()
    ]


def test_a_job_that_falls_silent_is_left_behind_with_what_it_gave():
    silence = threading.Event()

    def falls_silent():
        yield "one"
        silence.wait(LONG)
        yield "lost"

    began = time.monotonic()
    try:
        given = list(abreast([falls_silent, lambda: "x"], 1.0))
    finally:
        silence.set()
    assert sorted(given) == ["one", "x"]
    assert time.monotonic() - began < LONG / 2


def test_a_job_that_goes_on_slowly_is_not_left_behind():
    def slow():
        for number in range(12):
            time.sleep(0.1)
            yield number

    assert sorted(abreast([slow, lambda: [99]], 1.0)) == [*range(12), 99]


def test_what_a_job_raises_is_raised_here():
    def broken():
        raise ZeroDivisionError
        yield

    with pytest.raises(ZeroDivisionError):
        list(abreast([broken, lambda: "x"], LONG))
