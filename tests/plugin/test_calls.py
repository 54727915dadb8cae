"""What was recorded of the suite is read as it was written, and covers the whole suite."""

import json

import pytest

from refcheck.errors import BadInput
from refcheck.plugin import suite
from refcheck.plugin.calls import Recording, file_of

NOTES = {
    "answers": {"seconds": 0.04},
    "t1": {
        "outcome": "passed",
        "calls": ["compute GET /servers", "compute POST /servers"],
        "creates": {"volume": 1, "volume_gib": 2},
        "shares": ["server"],
        "requests": 5,
        "seconds": 1.5,
    },
    "t2": {"outcome": "undecided", "reason": "no guest"},
    "shared server": {"calls": ["compute POST /servers"], "shares": ["network"], "requests": 4},
    "shared network": {"calls": ["network POST /networks"], "creates": {"network": 1}},
}


@pytest.fixture
def folder(tmp_path):
    file_of(tmp_path).write_text(json.dumps(NOTES))
    return tmp_path


def test_shared_things_are_joined_to_the_tests_that_use_them(folder):
    one = Recording.load(folder).of("t1")
    assert [part.calls for part in one.parts()] == [
        ("compute GET /servers", "compute POST /servers"),
        ("compute POST /servers",),
        ("network POST /networks",),
    ]
    assert one.services == ("compute", "network")


def test_shared_things_are_no_tests(folder):
    found = Recording.load(folder)
    assert set(found.tests) == {"t1", "t2"}
    assert found.latency == 0.04
    assert found.of("newer") is None


@pytest.mark.parametrize(
    ("creates", "cost"),
    [
        ({}, "read"),
        ({"network": 1}, "light"),
        ({"image": 1}, "light"),
        ({"image": 1, "image_mib": 1}, "storage"),
        ({"volume": 1, "server": 1}, "server"),
    ],
)
def test_the_cost_is_that_of_the_dearest_thing_it_makes(tmp_path, creates, cost):
    notes = {"answers": {"seconds": 0.1}, "t": {"creates": creates}}
    file_of(tmp_path).write_text(json.dumps(notes))
    assert Recording.load(tmp_path).of("t").cost == cost


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"answers": {"seconds": 1}, "t": {"colour": 1}}']
)
def test_data_that_cannot_be_read_is_an_error_with_a_next_step(tmp_path, content):
    file_of(tmp_path).write_text(content)
    with pytest.raises(BadInput, match=r"calls\.json") as caught:
        Recording.load(tmp_path)
    assert "python -m tests.calls" in caught.value.next_step


def test_every_test_of_the_suite_is_recorded_and_nothing_else():
    """Fails after a test was added or removed: run `python -m tests.calls`."""
    recording = Recording.load(suite.folder())
    assert set(recording.tests) == set(suite.implemented(suite.folder()))


def test_no_id_of_any_cloud_is_in_the_data():
    text = file_of(suite.folder()).read_text()
    notes = json.loads(text)
    calls = {call for note in notes.values() for call in note.get("calls", ())}
    assert not [call for call in calls if any(c.isdigit() for c in call.replace("OS-", ""))]
    assert "rc-" not in text
    assert "127.0.0.1" not in text


def test_what_did_not_pass_on_refcloud_says_why():
    recording = Recording.load(suite.folder())
    silent = [i for i, one in recording.tests.items() if one.outcome != "passed" and not one.reason]
    assert not silent
