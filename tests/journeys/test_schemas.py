"""Every answer is held against the API reference, and each test bears what it saw itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from refcheck.result.events import TestFinished, TestStarted
from refcheck.result.journal import read_journal
from refcheck.result.outcome import Outcome

pytestmark = pytest.mark.journey

PLACES = ("object_storage/test_container_list.py", "object_storage/test_slo_support.py")


class Altered:
    """Changes the answers of two calls of the object store, and notes when.

    Args:
        change: gets an entry of a container's list, or the account of a bulk deletion.
    """

    def __init__(self, change):
        self._change = change
        self.at = []

    def __call__(self, request, forward):
        reply = forward(request)
        is_list = "delimiter=" in request.path and "format=json" in request.path
        if not (is_list or "multipart-manifest=delete" in request.path) or reply.status != 200:
            return reply
        document = json.loads(reply.body)
        for entry in [one for one in document if "name" in one] if is_list else [document]:
            self._change(entry)
        self.at.append(datetime.now(UTC))
        return reply.with_json(document)


@dataclass(frozen=True)
class Told:
    """What a run says about its tests, by id."""

    outcomes: dict
    saw: frozenset
    evidence: dict


@pytest.fixture
def run_with(behind):
    """Run tests of the object store behind a proxy with that change."""

    def run_with(change):
        altered = Altered(change)
        with behind.proxy(altered) as proxy:
            ran = behind.run(behind.clouds(proxy), *PLACES)
        started, finished = {}, {}
        for event in read_journal(ran.folder / "journal.sqlite"):
            if isinstance(event, TestStarted):
                started[event.id] = datetime.fromisoformat(event.at)
            elif isinstance(event, TestFinished):
                finished[event.outcome.id] = event
        saw = frozenset(
            test
            for test, end in finished.items()
            if any(started[test] <= at <= datetime.fromisoformat(end.at) for at in altered.at)
        )
        assert 1 < len(saw) < len(finished), "the change must meet some tests, and not all"
        outcomes = {test: end.outcome for test, end in finished.items()}
        evidence = {test: str(end.exchanges) for test, end in finished.items()}
        return Told(outcomes, saw, evidence)

    return run_with


def add_a_property(entry):
    entry["colour"] = "red"


def turn_a_type(entry):
    if "bytes" in entry:
        entry["bytes"] = str(entry["bytes"])
    else:
        entry["Response Body"] = 5


@pytest.mark.parametrize(
    ("change", "outcome", "reason", "shown"),
    [
        (add_a_property, Outcome.EXTRA, "undeclared additional properties: ", "colour"),
        (turn_a_type, Outcome.FAILED, "answers are not of the declared form: ", "is not of type"),
    ],
)
def test_a_change_of_an_answer_is_told_by_exactly_the_tests_that_saw_it(
    run_with, change, outcome, reason, shown
):
    told = run_with(change)
    for test, ended in told.outcomes.items():
        if test in told.saw:
            assert ended.outcome is outcome, ended
            assert ended.reason.startswith(reason)
            assert shown in ended.reason
            assert told.evidence[test] != "()"
        else:
            assert ended.outcome is Outcome.PASSED, ended
