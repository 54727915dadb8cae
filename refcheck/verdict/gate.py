"""The gate: what is new in a result, against a baseline and a policy. Pure functions.

It refuses what newly fails, and nothing else. A failure is new unless the baseline had it, or the
policy knows it. It says that there is not enough data when something that passed in the baseline
(without one: any test) was not decided now, or when nothing at all was decided.

Laws held by property tests: the order of entries decides nothing; a pass more never refuses (but
for a strict policy's known failure); a known failure covers no other test; a result is accepted
against itself once anything in it is decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from refcheck.result.outcome import Outcome
from refcheck.verdict.pairing import Pair
from refcheck.verdict.policy import KnownFailure, Policy


class Decision(StrEnum):
    """What the gate says."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_ENOUGH_DATA = "not enough data"


class Sort(StrEnum):
    """What a test means to the gate."""

    NEW = "new"
    """It fails and did not, or nobody knows that it did: the gate refuses."""
    MISSING = "not decided"
    """It passed in the baseline, or there is none, and was not decided now."""
    TAKEN_OVER = "taken over"
    """It was left out, as the policy allows; the baseline's pass stands in for it."""
    KNOWN = "known"
    """It fails as the policy says."""
    STANDING = "as before"
    """It failed in the baseline as well."""
    TOLERATED = "tolerated"
    """It fails and does not count: flagged by the guideline, or flaky."""
    MENDED = "mended"
    """It passes and did not."""
    OPEN = "open"
    """It was not decided, and did not pass before either."""
    PASSED = "passed"


class Met(StrEnum):
    """What came of a known failure."""

    SEEN = "seen"
    PASSES = "passes now"
    OTHERWISE = "ends otherwise"
    UNDECIDED = "not decided"
    EXPIRED = "expired"
    UNKNOWN = "names no test"


@dataclass(frozen=True, slots=True)
class Finding:
    """One test, and why it is of this sort ("" where the sort says it all)."""

    pair: Pair
    sort: Sort
    why: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """What came out.

    Attributes:
        compared: there was a baseline.
    """

    decision: Decision
    compared: bool
    findings: tuple[Finding, ...]
    known: tuple[tuple[KnownFailure, Met], ...]

    def of(self, sort: Sort) -> tuple[Finding, ...]:
        """The tests of that sort."""
        return tuple(one for one in self.findings if one.sort is sort)

    @property
    def counts(self) -> dict[Sort, int]:
        """How many tests there are of each sort."""
        found = Counter(one.sort for one in self.findings)
        return {sort: found[sort] for sort in Sort}


def gate(pairs: Iterable[Pair], policy: Policy, today: date, *, compared: bool) -> Gate:
    """Decide.

    Args:
        today: the day in UTC, by which known failures expire.
        compared: there is a baseline, in which a pair's `before` was looked for.
    """
    seen = tuple(pairs)
    findings = tuple(_finding(one, policy, today, compared=compared) for one in seen)
    known = tuple((one, _met(one, seen, today)) for one in policy.known)
    return Gate(_decision(findings, known, policy), compared, findings, known)


def _decision(
    findings: tuple[Finding, ...], known: tuple[tuple[KnownFailure, Met], ...], policy: Policy
) -> Decision:
    sorts = {one.sort for one in findings}
    if Sort.NEW in sorts or (policy.strict and any(met is Met.PASSES for _, met in known)):
        return Decision.REFUSED
    decided = any(_is_decided(one.pair.now.outcome) for one in findings)
    if Sort.MISSING in sorts or not (decided or Sort.TAKEN_OVER in sorts):
        return Decision.NOT_ENOUGH_DATA
    return Decision.ACCEPTED


def _is_decided(outcome: Outcome) -> bool:
    return outcome is Outcome.PASSED or outcome.is_definite_no


def _finding(pair: Pair, policy: Policy, today: date, *, compared: bool) -> Finding:
    now = pair.now.outcome
    before = pair.before.outcome if pair.before else None
    if now is Outcome.PASSED:
        return Finding(pair, Sort.MENDED if before and before.is_definite_no else Sort.PASSED)
    covering = [one for one in policy.known if one.covers(pair)]
    valid = [one for one in covering if not one.expired(today)]
    fitting = next((one for one in valid if one.expects(now)), None)
    if fitting:
        return Finding(pair, Sort.KNOWN, fitting.reason)
    if tolerance := _tolerance(pair, policy):
        return Finding(pair, Sort.TOLERATED, tolerance)
    if not now.is_definite_no:
        owed = before is Outcome.PASSED if compared else not valid
        return _undecided(pair, policy, owed=owed, compared=compared)
    if before and before.is_definite_no and (now is before or before is not Outcome.FLAKY):
        return Finding(pair, Sort.STANDING)
    return Finding(pair, Sort.NEW, _why_new(before, covering, today, compared=compared))


def _tolerance(pair: Pair, policy: Policy) -> str:
    if pair.flagged:
        return "the guideline does not count it"
    if pair.now.outcome is Outcome.FLAKY and not policy.flaky_refuses:
        return "the policy only reports what is flaky"
    return ""


def _undecided(pair: Pair, policy: Policy, *, owed: bool, compared: bool) -> Finding:
    if not owed:
        return Finding(pair, Sort.OPEN)
    if pair.now.left_out and policy.left_out_accepted and compared:
        return Finding(pair, Sort.TAKEN_OVER, pair.now.left_out)
    return Finding(pair, Sort.MISSING, pair.now.reason)


def _why_new(
    before: Outcome | None, covering: list[KnownFailure], today: date, *, compared: bool
) -> str:
    """Why neither policy nor baseline lets it through."""
    words = [
        f"known until {one.until}"
        if one.expired(today)
        else f"known to be {one.outcome}, which it is not"
        for one in covering
    ]
    if compared:
        words.append(f"{before} in the baseline" if before else "not in the baseline")
    return ", ".join(words)


def _met(known: KnownFailure, pairs: tuple[Pair, ...], today: date) -> Met:
    outcomes = {one.now.outcome for one in pairs if known.covers(one)}
    if known.expired(today):
        return Met.EXPIRED
    if not outcomes:
        return Met.UNKNOWN
    if any(known.expects(outcome) for outcome in outcomes):
        return Met.SEEN
    if outcomes == {Outcome.PASSED}:
        return Met.PASSES
    return Met.OTHERWISE if any(one.is_definite_no for one in outcomes) else Met.UNDECIDED
