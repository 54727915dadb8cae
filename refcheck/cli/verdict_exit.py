"""The exit code that says what a verdict says."""

from __future__ import annotations

from refcheck.errors import ExitCode
from refcheck.verdict.verdict import CapabilityRule, CodeRule, Verdict


def exit_code(verdict: Verdict) -> ExitCode:
    """0 qualifies; 3 when nothing failed for certain but tests are undecided; else 1.

    Code that is known to be other code is a certain no, whatever the tests would say. Code that is
    not shown is one too once every capability holds: running again would not change it.
    """
    if verdict.qualifies:
        return ExitCode.DONE
    if (
        verdict.capability_rule is CapabilityRule.UNDECIDABLE
        and verdict.designated_code_rule is not CodeRule.NOT_HELD
    ):
        return ExitCode.UNDECIDED
    return ExitCode.DOES_NOT_QUALIFY
