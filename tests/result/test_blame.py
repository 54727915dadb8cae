"""Whose fault it is that a test did not pass, and what in the record shows it."""

import ast
from pathlib import Path

import pytest

from refcheck.result.blame import Blame, blame_of, evidence_of
from refcheck.result.events import TestFinished
from refcheck.result.outcome import Outcome, TestOutcome

ROOT = Path(__file__).parents[2]
SIGNALS = {"HarnessFault", "Undecided"}
SAID_BEFORE = {"HarnessFault(self.problems[fact])", "Undecided(self._why_not)"}
"""Reasons that were made elsewhere, with their class, and are told again."""


def ended(outcome, reason=""):
    return TestOutcome("", "a.test", outcome, reason)


def test_nobody_is_to_blame_for_a_pass():
    assert blame_of(ended(Outcome.PASSED)) is None


@pytest.mark.parametrize("word", [w for w in Outcome if w.is_definite_no])
def test_what_the_cloud_showed_is_the_clouds(word):
    assert blame_of(ended(word, "network: it does not route")) is Blame.CLOUD


@pytest.mark.parametrize("word", [Outcome.ERROR, Outcome.UNDECIDED])
@pytest.mark.parametrize("blame", list(Blame))
def test_what_stood_in_the_way_begins_the_reason(word, blame):
    assert blame_of(ended(word, f"{blame}: told at length: twice")) is blame


@pytest.mark.parametrize(
    "reason",
    ["interrupted", "", "not run: the run ended before its turn", "networks: odd", "a network: b"],
)
def test_what_nothing_is_said_of_is_the_harnesss(reason):
    assert blame_of(ended(Outcome.UNDECIDED, reason)) is Blame.HARNESS


def test_what_the_run_was_told_to_leave_out_is_a_matter_of_its_configuration():
    assert blame_of(ended(Outcome.UNDECIDED, "left out: --services compute")) is Blame.CONFIGURATION
    assert blame_of(ended(Outcome.ERROR, "left out: by hand")) is Blame.HARNESS


def exchange(status, request_id="req-1", path="/servers"):
    return {"method": "POST", "url": f"http://c{path}", "status": status, "request_id": request_id}


@pytest.mark.parametrize(
    ("outcome", "reason", "evidence"),
    [
        (Outcome.FAILED, "answered 500", "POST http://c/last answered 500"),
        (Outcome.UNDECIDED, "quota: full", "POST http://c/servers answered 413 (req-1)"),
        (Outcome.ERROR, "credentials: refused", "POST http://c/servers answered 401 (req-1)"),
        (Outcome.ERROR, "test: KeyError in call: 'x'", "test_x.py:12: KeyError"),
        (Outcome.ERROR, "harness: KeyError in call: 'x'", "test_x.py:12: KeyError"),
        (Outcome.ERROR, "network: no answer", ""),
        (Outcome.PASSED, "", ""),
    ],
)
def test_the_record_shows_it(outcome, reason, evidence):
    record = TestFinished(
        "",
        ended(outcome, reason),
        detail="def test_x():\n>  {}['x']\n\ntest_x.py:12: KeyError\n  \n",
        exchanges=(exchange(401), exchange(413), exchange(200), exchange(500, "", "/last")),
    )
    assert evidence_of(record) == evidence


@pytest.mark.parametrize("reason", ["quota: full", "credentials: refused"])
def test_an_exchange_that_tells_of_something_else_is_no_evidence(reason):
    record = TestFinished("", ended(Outcome.ERROR, reason), exchanges=(exchange(200),))
    assert evidence_of(record) == ""


def reasons():
    """Every place of ours that says why nothing could be decided: where, its source, its words."""
    for folder in ("refcheck/cloud", "refcheck/plugin", "capabilities"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                match node:
                    case ast.Call(func=ast.Name(id=name), args=[words]) if name in SIGNALS:
                        where = f"{file.relative_to(ROOT)}:{node.lineno}"
                        yield pytest.param(ast.unparse(node), beginning(words), id=where)


def beginning(words):
    match words:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[ast.Constant(value=text), *_]):
            return text
        case _:
            return ""


@pytest.mark.parametrize(("source", "words"), reasons())
def test_every_reason_of_ours_says_whose_fault_it_is(source, words):
    assert source in SAID_BEFORE or words.startswith(tuple(f"{b}: " for b in Blame)), source


def test_the_places_that_give_reasons_are_found():
    assert len(list(reasons())) > 25
