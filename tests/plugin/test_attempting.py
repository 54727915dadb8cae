import pytest

from refcheck.plugin.attempting import Attempting
from refcheck.result.outcome import Outcome

FAILED, PASSED = Outcome.FAILED, Outcome.PASSED


@pytest.mark.parametrize(
    ("outcomes", "again"),
    [
        ([], True),
        ([PASSED], False),
        ([FAILED], True),
        ([FAILED, FAILED], False),
        ([FAILED, PASSED], False),
        ([Outcome.ERROR], False),
        ([Outcome.ABSENT], False),
        ([Outcome.EXTRA], False),
        ([Outcome.UNDECIDED], False),
    ],
)
def test_only_a_failure_is_tried_again_and_once(outcomes, again):
    assert Attempting().again(outcomes) is again


def test_a_run_told_so_tries_nothing_again():
    assert not Attempting(attempts=1).again([FAILED])


def test_repeating_runs_each_test_so_often_whatever_comes_of_it():
    three = Attempting(repeat=3)
    assert three.again([PASSED])
    assert three.again([FAILED, PASSED])
    assert not three.again([FAILED, PASSED, FAILED])
