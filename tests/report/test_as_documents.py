"""JSON for programs, RefStack's JSON, and the signed document."""

import json

import pytest

from refcheck.errors import BadResult
from refcheck.report.as_json import FORMAT
from refcheck.report.formats import Format, render
from refcheck.result.load import Form, load
from refcheck.result.outcome import Outcome
from tests.report import samples

STREAM = samples.events(weather=samples.Weather(trouble=0.3))
STORY = samples.story(STREAM)


def test_json_tells_every_test_with_attempts_waits_and_exchanges():
    told = json.loads(render(STORY, Format.JSON))
    assert told["format"] == FORMAT
    assert [test["id"] for test in told["tests"]] == [one.outcome.id for one in STORY.tests]
    flaky = next(test for test in told["tests"] if test["outcome"] == "flaky")
    first, second = flaky["runs"]
    assert (first["outcome"], second["outcome"]) == ("failed", "passed")
    assert first["exchanges"][-1]["curl"].startswith("curl -i -X POST")
    assert first["worker"].startswith("gw")
    assert any(run["waits"] for test in told["tests"] for run in test["runs"])
    assert flaky["blame"] == "cloud"
    assert flaky["capabilities"][0]["status"] == "required"


def test_json_holds_the_verdict_of_judge_and_what_would_change_it():
    told = json.loads(render(STORY, Format.JSON))
    assert told["verdict"]["capability_rule"] == "not held"
    assert told["verdict"]["blockers"]
    assert "inputs" not in told["verdict"]
    assert told["steps"]
    assert told["explanation"][0].startswith("Does not qualify")


def test_json_tells_what_was_left_out_and_what_was_left_behind():
    told = json.loads(render(STORY, Format.JSON))
    left_out = [test for test in told["tests"] if test["left_out"]]
    assert [test["left_out"] for test in left_out] == ["--services leaves out object-store"]
    assert told["facts"]["left_behind"] == ["volume rc-5eed-volume"]


def test_an_attempt_that_did_not_end_has_no_end():
    started = next(number for number, event in enumerate(STREAM) if hasattr(event, "attempt"))
    told = json.loads(render(samples.story(STREAM[: started + 1]), Format.JSON))
    (run,) = [run for test in told["tests"] for run in test["runs"]]
    assert run["ended"] is None
    assert "outcome" not in run
    assert told["run"]["state"] == "not finished"


def test_refstack_json_holds_the_passed_tests_and_nothing_else():
    data = render(STORY, Format.REFSTACK)
    passed = [one for one in STORY.result.outcomes if one.outcome is Outcome.PASSED]
    assert json.loads(data) == {
        "cpid": "a" * 64,
        "duration_seconds": json.loads(data)["duration_seconds"],
        "results": [{"name": one.name, "uuid": one.id} for one in passed],
    }
    assert 60 < json.loads(data)["duration_seconds"] < 600
    loaded = load(data, where="here")
    assert loaded.form is Form.REFSTACK
    assert {one.id for one in loaded.outcomes} == {one.id for one in passed}


def test_the_signed_document_is_given_byte_for_byte():
    assert render(samples.story(STREAM, b"{as it is}\n"), Format.RESULT) == b"{as it is}\n"


@pytest.mark.parametrize(
    ("stream", "signed", "fault"),
    [
        (STREAM, None, "its result.json is gone"),
        (STREAM[:-1], b"of before", "has not ended"),
        (STREAM[:-1], None, "has not ended"),
    ],
)
def test_without_its_end_or_its_file_a_run_has_no_signed_document(stream, signed, fault):
    with pytest.raises(BadResult, match=fault) as caught:
        render(samples.story(stream, signed), Format.RESULT)
    assert "refcheck resume" in caught.value.next_step
