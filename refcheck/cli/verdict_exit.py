"""The exit code that says what a verdict says."""

from __future__ import annotations

from refcheck.errors import ExitCode
from refcheck.verdict.verdict import CapabilityRule, Verdict


def exit_code(verdict: Verdict) -> ExitCode:
    """0 qualifies; 3 when nothing failed for certain but not everything was decided; else 1."""
    if verdict.qualifies:
        return ExitCode.DONE
    if verdict.capability_rule is CapabilityRule.UNDECIDABLE:
        return ExitCode.UNDECIDED
    return ExitCode.DOES_NOT_QUALIFY
