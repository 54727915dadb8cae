"""The journal: every event comes back, and a run folds into one outcome per selected test."""

import sqlite3

import pytest

from refcheck.errors import BadResult, FolderFault
from refcheck.result.events import (
    Hindered,
    LeftBehind,
    RunFinished,
    RunStarted,
    Selected,
    TestFinished,
    TestStarted,
)
from refcheck.result.folding import to_result
from refcheck.result.journal import Journal, read_journal
from refcheck.result.outcome import Outcome, TestOutcome


def started(*tests):
    return RunStarted(
        "t0", "run", "mine", "a" * 64, "b" * 64, "2020.06", "c" * 64, "platform", "0.1.0", "d" * 64,
        tuple(tests), {"image": "x"},
    )  # fmt: skip


def selected(test_id, *, implemented=True):
    return Selected(test_id, f"name.{test_id}", "compute", implemented)


def finished(test_id, outcome=Outcome.PASSED):
    return TestFinished("t1", TestOutcome(test_id, f"name.{test_id}", outcome, "why", 0.5))


def test_events_come_back_as_they_were_written(tmp_path):
    events = [
        started(selected("a"), selected("b")),
        TestStarted("t1", "a"),
        TestFinished(
            "t2", TestOutcome("a", "n", Outcome.FAILED, "r", 1.5), "d", ({"x": 1},), ("c",)
        ),
        LeftBehind("t3", "server x"),
        Hindered("t3", {"throttled": 2}),
        RunFinished("t4", complete=True),
    ]
    journal = Journal(tmp_path / "j")
    for event in events:
        journal.append(event)
    assert list(read_journal(tmp_path / "j")) == events  # readable while it is still being written
    journal.close()


def test_a_test_that_began_and_did_not_finish_is_undecided():
    result = to_result(
        [
            started(selected("a"), selected("b")),
            TestStarted("t", "a"),
            TestStarted("t", "b"),
            finished("b"),
        ]
    )
    assert [(o.id, o.outcome, o.reason) for o in result.outcomes] == [
        ("a", Outcome.UNDECIDED, "interrupted"),
        ("b", Outcome.PASSED, "why"),
    ]
    assert not result.complete


def test_a_test_without_implementation_is_undecided_and_says_so():
    result = to_result([started(selected("a", implemented=False)), RunFinished("t", complete=True)])
    assert result.outcomes[0].outcome is Outcome.UNDECIDED
    assert "no test for this id" in result.outcomes[0].reason
    assert result.complete


def test_every_selected_test_has_an_outcome_wherever_the_events_stop():
    events = [
        started(*(selected(name) for name in "abc")),
        TestStarted("t", "a"),
        finished("a"),
        TestStarted("t", "b"),
        finished("b", Outcome.FAILED),
        RunFinished("t", complete=True),
    ]
    for length in range(1, len(events) + 1):
        outcomes = to_result(events[:length]).outcomes
        assert [o.id for o in outcomes] == ["a", "b", "c"]
        assert sum(o.outcome is Outcome.PASSED for o in outcomes) <= 1


def test_what_was_left_behind_is_a_fact_of_the_result():
    result = to_result([started(selected("a")), LeftBehind("t", "volume v")])
    assert result.facts["left_behind"] == ["volume v"]


def test_what_hindered_is_added_up_over_the_whole_run():
    events = [
        started(selected("a")),
        Hindered("t", {"throttled": 1, "seconds_waited": 3}),
        finished("a"),
        Hindered("t", {"throttled": 2}),
    ]
    assert to_result(events).facts["hindrances"] == {"throttled": 3, "seconds_waited": 3}
    assert to_result(events[:1]).facts["hindrances"] == {}


def test_events_without_a_start_are_refused():
    with pytest.raises(BadResult, match="no start"):
        to_result([RunFinished("t", complete=True)])


@pytest.mark.parametrize(
    "content", [None, b"", b"not a database", b"SQLite format 3\0" + b"x" * 100]
)
def test_a_file_that_is_no_journal_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "j").write_bytes(content)
    with pytest.raises(BadResult, match="not the journal"):
        list(read_journal(tmp_path / "j"))


def test_a_journal_that_cannot_be_made_or_written_to_is_a_fault_of_its_folder(tmp_path):
    with pytest.raises(FolderFault, match="cannot be written"):
        Journal(tmp_path / "nowhere" / "j")
    journal = Journal(tmp_path / "j")
    with sqlite3.connect(tmp_path / "j") as database:
        database.execute("DROP TABLE events")
    with pytest.raises(FolderFault, match="cannot be written") as told:
        journal.append(started(selected("a")))
    assert told.value.where == str(tmp_path)
