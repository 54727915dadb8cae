"""The data beside the suite is what a run on the real cloud shows, today as when it was written."""

import json

import pytest

from refcheck.plugin import suite
from refcheck.plugin.calls import file_of
from tests.calls.making import record

COMPARED = ("outcome", "calls", "creates", "facts", "features", "needs")
"""Not how often and how long: polling differs from run to run."""


def said(note):
    """What a test asks for; the order of its calls may depend on what it waited for."""
    return {
        part: sorted(note[part]) if isinstance(note.get(part), list) else note.get(part)
        for part in COMPARED
    }


@pytest.mark.journey
def test_the_data_is_what_a_run_shows(refcloud, clouds_yaml, tmp_path):
    """Fails after a test changed what it asks for: run `python -m tests.calls`."""
    kept = json.loads(file_of(suite.folder()).read_bytes())
    seen = {note["name"]: note for note in record(clouds_yaml, tmp_path)}
    tests = [name for name in {**kept, **seen} if not name.startswith("shared ")]
    differing = {
        name: (said(kept.get(name, {})), said(seen.get(name, {})))
        for name in tests
        if said(kept.get(name, {})) != said(seen.get(name, {}))
    }
    assert not differing, json.dumps(differing, indent=1)
