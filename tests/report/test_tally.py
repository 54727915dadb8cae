"""How far a run is, and how long the rest may take."""

from dataclasses import replace

import pytest

from refcheck.report.tally import Tally
from refcheck.result.events import RunResumed, TestFinished, TestStarted
from refcheck.result.outcome import Outcome, TestOutcome
from tests.report import samples

TESTS = samples.selected()[:40]
IDS = [test.id for test in TESTS]


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def tally(clock, *, expected=None, workers=2, repeat=1, tests=TESTS):
    one = Tally(clock)
    known = {test.id: 10.0 for test in tests} if expected is None else expected
    one.take(samples.started(tests, workers=workers, repeat=repeat, expected=known))
    return one


def end(one, test_id, took=10.0, outcome=Outcome.PASSED, attempt=1):
    one.take(TestFinished("", TestOutcome(test_id, "x.t", outcome, "", took, attempt)))


def test_what_is_left_is_shared_among_the_workers(clock):
    one = tally(clock)
    assert one.seconds_left() == 40 * 10 / 2
    end(one, IDS[0])
    assert one.seconds_left() == 39 * 10 / 2


def test_what_a_running_test_has_spent_is_not_left(clock):
    one = tally(clock, tests=TESTS[:2], workers=2)
    one.take(TestStarted("", IDS[0]))
    clock.now += 4
    assert one.seconds_left() == 10  # the other one has not begun
    one.take(TestStarted("", IDS[1]))
    clock.now += 3
    assert one.seconds_left() == 7
    clock.now += 100
    assert one.seconds_left() == 0


def test_no_number_of_workers_ends_before_the_longest_test(clock):
    one = tally(clock, workers=64, expected={**dict.fromkeys(IDS, 1.0), IDS[3]: 30.0})
    assert one.seconds_left() == 30


def test_a_cloud_that_is_slower_than_expected_makes_the_rest_longer(clock):
    one = tally(clock)
    for test_id in IDS[:10]:
        end(one, test_id, took=30.0)
    assert one.seconds_left() == 30 * 30 / 2


def test_it_is_unknown_until_something_is_known(clock):
    one = tally(clock, expected={})
    for test_id in IDS[:4]:
        end(one, test_id, took=2.0)
        assert one.seconds_left() is None
    end(one, IDS[4], took=2.0)
    assert one.seconds_left() == 35 * 2 / 2


def test_a_retry_is_counted_apart_and_not_as_progress(clock):
    one = tally(clock)
    end(one, IDS[0], outcome=Outcome.FAILED)
    one.take(TestStarted("", IDS[0], 2))
    assert (one.done, one.total, one.again) == (1, 40, 1)
    end(one, IDS[0], attempt=2)
    assert (one.done, one.outcomes[IDS[0]].outcome) == (1, Outcome.FLAKY)


def test_repeated_tests_are_done_when_all_repetitions_are(clock):
    one = tally(clock, repeat=3)
    end(one, IDS[0])
    one.take(TestStarted("", IDS[0], 2))
    end(one, IDS[0], attempt=2)
    assert (one.done, one.total, one.again) == (2, 120, 0)
    done, total, counts = one.services()[TESTS[0].service]
    assert (done, counts[Outcome.PASSED]) == (2, 1)
    assert total == 3 * sum(test.service == TESTS[0].service for test in TESTS)


def test_a_resumption_forgets_what_was_running_and_knows_its_workers(clock):
    one = tally(clock)
    one.take(TestStarted("", IDS[0]))
    one.take(RunResumed("", 7))
    assert (one.running, one.workers) == ({}, 7)


def test_tests_that_are_not_due_take_no_part(clock):
    tests = (replace(TESTS[0], left_out="why"), replace(TESTS[1], implemented=False), *TESTS[2:])
    one = tally(clock, tests=tests)
    assert one.total == 38
    end(one, IDS[0])
    one.take(TestStarted("", "nobody knows it"))
    assert (one.done, one.running) == (0, {})
