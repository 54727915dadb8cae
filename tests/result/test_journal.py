"""The journal: every event comes back, and a run folds into one outcome per selected test."""

import json
import math
import os
import sqlite3
import subprocess
import sys

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


def changed(tmp_path, number, change):
    """A journal in which an event's body was changed."""
    journal = Journal(tmp_path / "j")
    for event in (started(selected("a")), TestStarted("t1", "a"), finished("a")):
        journal.append(event)
    journal.close()
    with sqlite3.connect(tmp_path / "j") as database:
        (body,) = database.execute("SELECT body FROM events WHERE number = ?", (number,)).fetchone()
        document = json.loads(body)
        change(document)
        database.execute(
            "UPDATE events SET body = ? WHERE number = ?", (json.dumps(document), number)
        )
    return tmp_path / "j"


@pytest.mark.parametrize(
    ("number", "change", "fault"),
    [
        (1, lambda body: body.pop("target"), "$.target is missing"),
        (1, lambda body: body.update(mood="good"), "$.mood is not known"),
        (1, lambda body: body.update(target=5), "$.target is not text"),
        (1, lambda body: body.update(facts=[1]), "$.facts is not an object"),
        (1, lambda body: body.update(workers="2"), "$.workers is not a whole number"),
        (1, lambda body: body.update(workers=True), "$.workers is not a whole number"),
        (1, lambda body: body["selected"][0].update(id=5), "$.selected[0].id is not text"),
        (1, lambda body: body.update(expected={"a": "x"}), "$.expected.a is not a number"),
        (3, lambda body: body["outcome"].update(outcome="superb"), "$.outcome.outcome is none of"),
        (3, lambda body: body["outcome"].update(duration=math.nan), "duration is not a number"),
        (3, lambda body: body["outcome"].update(duration=10**400), "duration is not a number"),
        (3, lambda body: body.update(exchanges=["x"]), "$.exchanges[0] is not an object"),
        (3, lambda body: body.update(waits=[{"what": "x"}]), "$.waits[0]"),
        (3, lambda body: body.update(detail=None), "$.detail is not text"),
    ],
)
def test_an_event_of_another_form_is_refused_with_the_path_of_its_fault(
    tmp_path, number, change, fault
):
    file = changed(tmp_path, number, change)
    with pytest.raises(BadResult) as told:
        list(read_journal(file))
    assert fault in told.value.fault
    assert f"event {number} " in told.value.fault
    assert "version of refcheck" in told.value.next_step


@pytest.mark.parametrize("body", ["{", None, "[" * 100_000, b"\xff", "5"])
def test_an_event_that_is_no_json_object_is_refused(tmp_path, body):
    file = changed(tmp_path, 2, lambda _: None)
    with sqlite3.connect(file) as database:
        database.execute("UPDATE events SET body = ? WHERE number = 2", (body,))
    with pytest.raises(BadResult, match="event 2 cannot be read"):
        list(read_journal(file))


def test_what_is_before_a_damaged_event_can_be_read(tmp_path):
    events = read_journal(changed(tmp_path, 3, lambda body: body.clear()))
    assert [type(next(events)), type(next(events))] == [RunStarted, TestStarted]


_READ = """
import sys
from pathlib import Path
from refcheck.result.journal import read_journal
print(len(list(read_journal(Path(sys.argv[1])))))
"""


@pytest.mark.parametrize("killed", [False, True])
def test_a_journal_is_read_where_nothing_can_be_written(tmp_path, killed):
    folder = tmp_path / "a run? 100%"
    folder.mkdir()
    journal = Journal(folder / "j")
    journal.append(started(selected("a")))
    if not killed:
        journal.close()
    folder.chmod(0o555)
    (folder / "j").chmod(0o444)
    # An administrator may write anywhere, unless that is taken away.
    drop = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    program = [*drop, sys.executable, "-c", _READ, str(folder / "j")]
    told = subprocess.run(program, capture_output=True, text=True, check=False)
    folder.chmod(0o755)
    assert told.stdout == "1\n", told.stderr
