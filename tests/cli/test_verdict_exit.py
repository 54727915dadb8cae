"""The exit code of a verdict."""

from __future__ import annotations

import pytest

from refcheck.cli.verdict_exit import exit_code
from refcheck.code.evidence import CodeEvidence, SectionEvidence, SectionState
from refcheck.errors import ExitCode
from refcheck.result.outcome import Outcome
from refcheck.verdict.judge import judge
from tests.verdict.small import AT, case, guideline, seen

ONE = guideline(
    {"boot": case(1)},
    {"c": {"required": ["boot"]}},
    designated={"c": ["nova"]},
    sections={"nova": {"required": {"sections": {"api": {"designated": True}}}}},
)


def code(state: SectionState) -> CodeEvidence:
    return CodeEvidence([SectionEvidence("nova", "api", state)])


@pytest.mark.parametrize(
    ("outcome", "evidence", "expected"),
    [
        (Outcome.PASSED, code(SectionState.IDENTICAL), ExitCode.DONE),
        (Outcome.PASSED, None, ExitCode.DOES_NOT_QUALIFY),
        (Outcome.PASSED, code(SectionState.REPLACED), ExitCode.DOES_NOT_QUALIFY),
        (Outcome.FAILED, None, ExitCode.DOES_NOT_QUALIFY),
        (Outcome.UNDECIDED, None, ExitCode.UNDECIDED),
        (Outcome.UNDECIDED, code(SectionState.IDENTICAL), ExitCode.UNDECIDED),
        (Outcome.UNDECIDED, code(SectionState.REPLACED), ExitCode.DOES_NOT_QUALIFY),
    ],
)
def test_a_definite_no_of_either_rule_is_a_no(outcome, evidence, expected):
    verdict = judge(ONE, "platform", [seen(1, outcome)], at=AT, code=evidence)
    assert exit_code(verdict) is expected
