"""A run's events in the order of a reader."""

from dataclasses import replace
from datetime import timedelta

import pytest

from refcheck.errors import BadResult, UnknownTarget
from refcheck.guideline.model import Status
from refcheck.report.story import State, moment, short_name
from refcheck.result.blame import Blame
from refcheck.result.events import RunFinished, RunResumed, TestFinished, TestStarted
from refcheck.result.outcome import Outcome, TestOutcome
from tests.report import samples

FIRST, SECOND, *_ = samples.SMALL


def finished(test, seconds, outcome=Outcome.PASSED, attempt=1, duration=1.0):
    told = TestOutcome(test.id, test.name, outcome, "", duration, attempt)
    return TestFinished(samples.at(seconds), told)


def story(*events):
    return samples.story((samples.started(samples.SMALL), *events))


def seconds(run):
    return (run.began - samples.BEGAN) / timedelta(seconds=1), (
        run.ended - samples.BEGAN
    ) / timedelta(seconds=1)


def test_every_attempt_has_its_beginning_and_its_end():
    told = story(
        TestStarted(samples.at(1), FIRST.id, 1),
        finished(FIRST, 3, Outcome.FAILED),
        TestStarted(samples.at(3.5), FIRST.id, 2),
        finished(FIRST, 5, attempt=2),
    )
    assert [(run.number, *seconds(run)) for run in told.tests[0].runs] == [(1, 1, 3), (2, 3.5, 5)]
    assert told.tests[0].outcome.outcome is Outcome.FLAKY


def test_what_began_and_never_ended_lasts_until_the_last_that_was_heard():
    told = story(TestStarted(samples.at(1), FIRST.id), finished(SECOND, 9))
    (run,) = told.tests[0].runs
    assert run.finished is None
    assert seconds(run) == (1, 9)
    assert told.state is State.OPEN


def test_a_resumption_ends_what_was_running_and_begins_a_session():
    told = story(
        TestStarted(samples.at(1), FIRST.id),
        finished(SECOND, 4),
        RunResumed(samples.at(1000), 2),
        TestStarted(samples.at(1001), FIRST.id),
        finished(FIRST, 1003),
        RunFinished(samples.at(1004), complete=True),
    )
    assert [seconds(run) for run in told.tests[0].runs] == [(1, 4), (1001, 1003)]
    assert [(seconds(one), one.workers) for one in told.sessions] == [
        ((0, 4), 4),
        ((1000, 1004), 2),
    ]
    assert told.state is State.COMPLETE


def test_a_finish_without_a_start_began_its_own_duration_earlier():
    (run,) = story(finished(FIRST, 9, duration=2.5)).tests[0].runs
    assert seconds(run) == (6.5, 9)


@pytest.mark.parametrize(
    ("complete", "state"), [(True, State.COMPLETE), (False, State.INTERRUPTED)]
)
def test_the_last_event_says_how_far_it_came(complete, state):
    assert story(RunFinished(samples.at(1), complete=complete)).state is state


def test_a_resumed_run_is_not_over_because_it_once_was():
    told = story(RunFinished(samples.at(1), complete=False), RunResumed(samples.at(5), 2))
    assert told.state is State.OPEN


def test_a_test_knows_the_capabilities_that_list_it_the_strongest_first():
    told = story()
    for one in told.tests:
        ranks = [list(Status).index(placing.status) for placing in one.placings]
        assert ranks == sorted(ranks)
        for placing in one.placings:
            tests = told.verdict.capabilities[placing.capability].tests
            assert one.test.id in {test.id for test in tests}
    assert all(one.placings for one in told.tests)


def test_the_deciding_run_is_the_last_that_came_out_so():
    told = story(finished(FIRST, 3, Outcome.FAILED), finished(FIRST, 5, Outcome.ERROR, attempt=2))
    assert told.tests[0].outcome.outcome is Outcome.FAILED
    assert told.tests[0].last.outcome.attempts == 1


def test_each_failure_has_its_blame():
    told = samples.story(samples.stream_of(Outcome.PASSED, Outcome.FAILED, Outcome.ERROR))
    assert [one.blame for one in told.tests[:3]] == [None, Blame.CLOUD, Blame.HARNESS]


def test_another_edition_of_the_guideline_is_said_to_be_one():
    events = samples.stream_of()
    other = replace(events[0], guideline_sha256="f" * 64)
    (note,) = samples.story((other, *events[1:])).notes
    assert "another edition of guideline 2020.06 (digest ffffffffffff)" in note
    assert samples.story(events).notes == ()


def test_a_time_that_is_none_is_refused():
    with pytest.raises(BadResult, match="tells the time 'noon', which is none"):
        story(RunFinished("noon", complete=True))


def test_a_time_without_a_zone_is_utc():
    assert moment("2026-11-20T12:00:00") == samples.BEGAN


def test_a_target_that_the_guideline_does_not_have_is_told():
    events = samples.stream_of()
    with pytest.raises(UnknownTarget, match="'orbit'"):
        samples.story((replace(events[0], target="orbit"), *events[1:]))


@pytest.mark.parametrize(
    ("name", "short"),
    [("a.b.test_c", "test_c"), ("a.test[v1.2]", "test[v1.2]"), ("test", "test"), ("", "")],
)
def test_a_short_name_is_the_last_part_and_its_brackets(name, short):
    assert short_name(name) == short
