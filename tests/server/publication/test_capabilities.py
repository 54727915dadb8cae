"""Capabilities are called by the registry what reports call them."""

from __future__ import annotations

import itertools

import pytest
from refcheck_server.publication.capabilities import held_word

from refcheck.guideline.model import Status
from refcheck.report.page import matrix
from refcheck.result.outcome import Outcome
from refcheck.verdict.verdict import CapabilityVerdict, TestVerdict

OUTCOMES = (Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED)


def capability(*tests):
    given = tuple(
        TestVerdict(f"id-{number}", f"test {number}", outcome, "", flagged, waived)
        for number, (outcome, flagged, waived) in enumerate(tests)
    )
    return CapabilityVerdict("any", Status.REQUIRED, tuple(one.id for one in given), given)


@pytest.mark.parametrize(
    ("tests", "word"),
    [
        ([], "no tests"),
        ([(Outcome.PASSED, True, False)], "all flagged"),
        ([(Outcome.PASSED, False, False), (Outcome.FAILED, True, False)], "holds"),
        ([(Outcome.FAILED, False, True)], "holds"),
        ([(Outcome.FAILED, False, False), (Outcome.UNDECIDED, False, False)], "does not hold"),
        ([(Outcome.FAILED, True, False), (Outcome.UNDECIDED, False, False)], "undecided"),
    ],
)
def test_whether_a_capability_holds_is_one_word(tests, word):
    assert held_word(capability(*tests).to_json())[2] == word


def test_the_word_is_that_of_the_report():
    kinds = list(itertools.product(OUTCOMES, (False, True), (False, True)))
    for tests in itertools.chain([()], ([one] for one in kinds), itertools.product(kinds, kinds)):
        one = capability(*tests)
        assert held_word(one.to_json())[2] == matrix._state(one)[0], tests
