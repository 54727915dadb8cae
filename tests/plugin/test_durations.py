"""Durations come from earlier runs on the same cloud; other clouds and failures teach nothing."""

from refcheck.plugin.durations import Durations, learned
from refcheck.result.events import RunStarted, Selected, TestFinished
from refcheck.result.journal import Journal
from refcheck.result.outcome import Outcome, TestOutcome
from tests.plugin.outlooks import recorded


def run(runs, name, seconds, *, cloud="here", outcome=Outcome.PASSED):
    """A journal of one test."""
    folder = runs / name
    folder.mkdir(parents=True)
    journal = Journal(folder / "journal.sqlite")
    journal.append(
        RunStarted(
            at="2026-11-20T00:00:00Z",
            run_id=name,
            cloud_name="c",
            cloud=cloud,
            deployment="d",
            guideline_id="2020.06",
            guideline_sha256="0",
            target="platform",
            tool_version="0",
            suite_sha256="0",
            selected=(Selected("t", "name", "compute", implemented=True),),
        )
    )
    reason = "" if outcome is Outcome.PASSED else "why"
    ended = TestOutcome("t", "name", outcome, reason, seconds)
    journal.append(TestFinished("2026-11-20T00:00:01Z", ended))
    journal.close()


def test_the_median_of_earlier_runs_counts(tmp_path):
    for number, seconds in enumerate((1.0, 9.0, 2.0)):
        run(tmp_path, f"r{number}", seconds)
    assert learned(tmp_path, "here") == {"t": 2.0}


def test_only_the_latest_five_count(tmp_path):
    for number in range(7):
        run(tmp_path, f"r{number}", float(number))
    assert learned(tmp_path, "here") == {"t": 4.0}


def test_other_clouds_teach_nothing(tmp_path):
    run(tmp_path, "r", 1.0, cloud="there")
    assert learned(tmp_path, "here") == {}


def test_what_failed_teaches_nothing(tmp_path):
    run(tmp_path, "r", 1.0, outcome=Outcome.FAILED)
    assert learned(tmp_path, "here") == {}


def test_a_folder_that_is_not_there_or_holds_something_else_teaches_nothing(tmp_path):
    assert learned(tmp_path / "none", "here") == {}
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "journal.sqlite").write_text("no journal")
    assert learned(tmp_path, "here") == {}


def test_what_was_learned_beats_what_was_recorded():
    one = recorded(seconds=2.0, requests=4)
    assert Durations({"t": 7.0}, slower=1.0).of("t", one) == 7.0
    assert Durations({"t": 7.0}, slower=1.0).of("other", one) == 6.0
