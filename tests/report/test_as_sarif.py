"""SARIF: what the standard asks of a log, and that nothing is told twice or lost."""

import json
from dataclasses import replace

import jsonschema_rs
import pytest

from refcheck.report.as_sarif import render
from refcheck.result.outcome import Outcome
from tests.report import samples

STORY = samples.story(samples.events(weather=samples.Weather(trouble=0.3)))
LOG = json.loads(render(STORY))
RUN = LOG["runs"][0]


def thing(required=(), **members):
    """An object that has no other members, as almost all of the standard's have none."""
    return {
        "type": "object",
        "required": list(required),
        "properties": members,
        "additionalProperties": False,
    }


TEXT, INDEX, BAG = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "object"}
MESSAGE = thing(["text"], text={"type": "string", "minLength": 1})
LEVEL = {"enum": ["none", "note", "warning", "error"]}
URI = {"type": "string", "format": "uri-reference", "minLength": 1}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
REFERENCE = thing(id=TEXT, index=INDEX)
BODY = thing(text=TEXT)
LOCATION = thing(
    physicalLocation=thing(
        artifactLocation=thing(uri=URI),
        region=thing(startLine={"type": "integer", "minimum": 1}),
    ),
    logicalLocations={
        "type": "array",
        "items": thing(name=TEXT, fullyQualifiedName=TEXT, kind=TEXT),
    },
)
RULE = thing(
    ["id"],
    id={"type": "string", "minLength": 1},
    shortDescription=MESSAGE,
    defaultConfiguration=thing(level=LEVEL),
    properties=BAG,
)
RESULT = thing(
    ["message"],
    ruleId=TEXT,
    ruleIndex=INDEX,
    kind={"const": "fail"},  # with any other kind, the level must be "none"
    level=LEVEL,
    message=MESSAGE,
    locations={"type": "array", "items": LOCATION, "minItems": 1},
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    webRequest=thing(protocol=TEXT, method=TEXT, target=TEXT, body=BODY),
    webResponse=thing(statusCode={"type": "integer"}, body=BODY),
    properties=BAG,
)
NOTIFICATION = thing(
    ["message"],
    descriptor=REFERENCE,
    associatedRule=REFERENCE,
    level=LEVEL,
    message=MESSAGE,
    properties=BAG,
)
INVOCATION = thing(
    ["executionSuccessful"],
    executionSuccessful={"type": "boolean"},
    startTimeUtc=TIME,
    endTimeUtc=TIME,
    toolExecutionNotifications={"type": "array", "items": NOTIFICATION},
)
DRIVER = thing(
    ["name"],
    name=TEXT,
    version=TEXT,
    rules={"type": "array", "items": RULE, "uniqueItems": True},
    notifications={"type": "array", "items": thing(["id"], id=TEXT)},
)
ESSENTIALS = thing(
    ["version", "runs"],
    **{
        "$schema": URI,
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": thing(
                ["tool"],
                tool=thing(["driver"], driver=DRIVER),
                automationDetails=thing(id=TEXT),
                invocations={"type": "array", "items": INVOCATION},
                results={"type": "array", "items": RESULT},
                columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            ),
        },
    },
)
"""What SARIF 2.1.0 says of the members that we write, in our words; it knows many more."""
VALID = jsonschema_rs.validator_for(ESSENTIALS, validate_formats=True)


def test_the_log_is_one_as_the_standard_has_it():
    assert [str(error) for error in VALID.iter_errors(LOG)] == []


def test_a_capability_is_a_rule_and_rules_are_referred_to_by_id_and_place():
    rules = RUN["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(STORY.verdict.capabilities)
    for result in RUN["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for said in RUN["invocations"][0]["toolExecutionNotifications"]:
        assert rules[said["associatedRule"]["index"]]["id"] == said["associatedRule"]["id"]


def test_what_failed_for_certain_is_a_result_once_and_the_rest_is_a_notification():
    failed = {one.outcome.id for one in STORY.tests if one.outcome.outcome.is_definite_no}
    found = [result["partialFingerprints"]["idempotentId/v1"] for result in RUN["results"]]
    assert sorted(found) == sorted(failed)
    open_ones = {
        one.outcome.id
        for one in STORY.tests
        if one.outcome.outcome in (Outcome.ERROR, Outcome.UNDECIDED)
    }
    said = RUN["invocations"][0]["toolExecutionNotifications"]
    assert sorted(one["properties"]["id"] for one in said) == sorted(open_ones)


def test_fingerprints_stay_from_run_to_run():
    again = json.loads(render(samples.story(samples.events(seed=8, weather=samples.Weather(0.3)))))
    first = {one["partialFingerprints"]["idempotentId/v1"]: one["ruleId"] for one in RUN["results"]}
    second = {
        one["partialFingerprints"]["idempotentId/v1"]: one["ruleId"]
        for one in again["runs"][0]["results"]
    }
    common = first.keys() & second.keys()
    assert common
    assert all(first[test_id] == second[test_id] for test_id in common)


def test_flagged_tests_are_notes_and_all_others_of_required_capabilities_are_errors():
    levels = {one.outcome.id: one.placings[0].flagged for one in STORY.tests}
    assert {levels[result["properties"]["id"]] for result in RUN["results"]} == {True, False}
    for result in RUN["results"]:
        flagged = levels[result["properties"]["id"]]
        assert result["level"] == ("note" if flagged else "error")


def test_the_last_exchange_is_told():
    failed = next(one for one in RUN["results"] if one["properties"]["outcome"] == "failed")
    assert failed["webRequest"]["method"] == "POST"
    assert failed["webResponse"]["statusCode"] == 500
    assert "curl -i -X POST" in failed["properties"]["evidence"]


def test_only_a_complete_run_was_successful():
    events = samples.events(samples.SMALL)
    for stream, good in ((events, True), (events[:-1], False)):
        invocation = json.loads(render(samples.story(stream)))["runs"][0]["invocations"][0]
        assert invocation["executionSuccessful"] is good


@pytest.mark.parametrize("words", [samples.NASTY, "\udcff"])
def test_words_of_a_hostile_cloud_leave_the_log_whole(words):
    weather = samples.Weather(kind=Outcome.FAILED, words=words)
    stream = samples.events(samples.SMALL, weather=weather)
    first, *rest = stream
    nasty = tuple(replace(test, name=f"a b/c:{test.name}") for test in first.selected)
    log = json.loads(render(samples.story((replace(first, selected=nasty), *rest))))
    assert [str(error) for error in VALID.iter_errors(log)] == []
    assert len(log["runs"][0]["results"]) == len(samples.SMALL)
