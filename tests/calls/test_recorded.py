"""The data beside the suite is what a run on the real cloud shows, today as when it was written."""

import json

import pytest
import yaml

from refcheck.plugin import suite
from refcheck.plugin.calls import file_of
from refcheck.result.events import TestFinished
from refcheck.result.journal import read_journal
from refcheck.result.outcome import Outcome
from tests.calls.making import record

pytestmark = pytest.mark.journey

COMPARED = ("outcome", "calls", "creates", "facts", "features", "needs")
"""Not how often and how long: polling differs from run to run."""


def said(note):
    """What a test asks for; the order of its calls may depend on what it waited for."""
    return {
        part: sorted(note[part]) if isinstance(note.get(part), list) else note.get(part)
        for part in COMPARED
    }


@pytest.fixture(scope="module")
def recorded(refcloud, tmp_path_factory):
    """One run of every test of the suite: the notes of it by name, and the events of its journal."""
    work = tmp_path_factory.mktemp("recorded")
    (work / "clouds.yaml").write_text(yaml.safe_dump(refcloud.clouds_yaml()))
    notes = {note["name"]: note for note in record(work / "clouds.yaml", work)}
    (run,) = (work / "runs").iterdir()
    return notes, read_journal(run / "journal.sqlite")


def test_the_data_is_what_a_run_shows(recorded):
    """Fails after a test changed what it asks for: run `python -m tests.calls`."""
    kept = json.loads(file_of(suite.folder()).read_bytes())
    seen, _ = recorded
    tests = [name for name in {**kept, **seen} if not name.startswith("shared ")]
    differing = {
        name: (said(kept.get(name, {})), said(seen.get(name, {})))
        for name in tests
        if said(kept.get(name, {})) != said(seen.get(name, {}))
    }
    assert not differing, json.dumps(differing, indent=1)


def test_a_healthy_cloud_answers_every_call_as_declared(recorded):
    _, events = recorded
    finished = [event for event in events if isinstance(event, TestFinished)]
    assert len(finished) == len(suite.implemented(suite.folder()))
    assert {call for event in finished for call in event.unchecked} == set()
    outcomes = [event.outcome for event in finished]
    assert [one for one in outcomes if one.outcome is Outcome.EXTRA] == []
    assert [one for one in outcomes if "not of the declared form" in one.reason] == []
