"""The verdict: a value, and its canonical JSON (RFC 8785)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from refcheck.guideline.model import Mark, Status
from refcheck.result.outcome import Outcome
from refcheck.verdict.canonical import canonical_json, plain_json
from refcheck.verdict.inputs import Inputs
from refcheck.verdict.waiver import Waiver

ENGINE = "refcheck-judge/2"
"""Changes whenever the same inputs would give other bytes."""


class CapabilityRule(StrEnum):
    """Whether every required capability holds."""

    HELD = "held"
    NOT_HELD = "not held"
    """A required test failed for certain, or there is nothing to hold."""
    UNDECIDABLE = "undecidable"
    """Nothing failed for certain, but some required test has no answer."""


class CodeRule(StrEnum):
    """Whether the product is shown to run the designated code."""

    HELD = "held"
    NOT_HELD = "not held"
    NOT_SHOWN = "not shown"


class Rules(StrEnum):
    """By whose arithmetic the verdict was reached."""

    REFCHECK = "refcheck"
    REFSTACK = "refstack"


@dataclass(frozen=True, slots=True)
class Counts:
    """RefStack's arithmetic: pairs of capability and test, of one status."""

    tests: int = 0
    passed: int = 0
    """Flagged tests that passed included."""
    flagged_passed: int = 0
    flagged_not_passed: int = 0

    @classmethod
    def sum(cls, several: Iterable[Counts]) -> Counts:
        """All of them together."""
        parts = tuple(several)
        return cls(
            sum(one.tests for one in parts),
            sum(one.passed for one in parts),
            sum(one.flagged_passed for one in parts),
            sum(one.flagged_not_passed for one in parts),
        )

    def to_json(self) -> dict[str, int]:
        """All fields."""
        return {
            "tests": self.tests,
            "passed": self.passed,
            "flagged_passed": self.flagged_passed,
            "flagged_not_passed": self.flagged_not_passed,
        }


@dataclass(frozen=True, slots=True)
class TestVerdict:
    """A test's outcome as the judge saw it.

    Attributes:
        id, name: as the guideline has them.
        reason: of a test that did not pass.
        flagged: it does not count.
        waived: a waiver takes its place.
    """

    __test__ = False  # pytest: not a test class

    id: str
    name: str
    outcome: Outcome
    reason: str
    flagged: bool
    waived: bool

    @property
    def blocks(self) -> bool:
        """Whether this test keeps its capability from holding."""
        return self.outcome is not Outcome.PASSED and not self.flagged and not self.waived


@dataclass(frozen=True)
class CapabilityVerdict:
    """A capability: `tests` are all it lists; `untested` when none of them counts."""

    name: str
    status: Status
    tests: tuple[TestVerdict, ...]

    @cached_property
    def holds(self) -> bool:
        """Whether all its unflagged tests passed or are waived; an untested one does not hold."""
        return not self.untested and not self.blocking

    @cached_property
    def untested(self) -> bool:
        """Whether it has no unflagged test: shown, but it neither holds nor blocks."""
        return all(test.flagged for test in self.tests)

    @cached_property
    def blocking(self) -> tuple[TestVerdict, ...]:
        """The tests that keep it from holding."""
        return tuple(test for test in self.tests if test.blocks)

    @cached_property
    def counts(self) -> Counts:
        """RefStack's counts of its tests."""
        passed = [test for test in self.tests if test.outcome is Outcome.PASSED]
        flagged_passed = sum(test.flagged for test in passed)
        flagged = sum(test.flagged for test in self.tests)
        return Counts(len(self.tests), len(passed), flagged_passed, flagged - flagged_passed)

    @cached_property
    def text(self) -> str:
        """As in the canonical document, while everything is ASCII."""
        return plain_json(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """As in the verdict document; a test's key is its id, or its name without one."""
        keys = _keys(self.tests)
        return {
            "status": self.status.value,
            "holds": self.holds,
            "untested": self.untested,
            "tests": {key: test.outcome.value for key, test in keys.items()},
            "flagged": [key for key, test in keys.items() if test.flagged],
            "waived": [key for key, test in keys.items() if test.waived],
        }


@dataclass(frozen=True, slots=True)
class SectionVerdict:
    """A required designated section: `state` is "not shown" without evidence."""

    project: str
    section: str
    state: str
    satisfied: bool
    detail: str

    def to_json(self) -> dict[str, str | bool]:
        """All fields."""
        return {
            "project": self.project,
            "section": self.section,
            "state": self.state,
            "satisfied": self.satisfied,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that stands between the cloud and the program.

    Attributes:
        kind: `test`, `section`, `prerequisite` (a test of a component that an add-on stands on,
            or that component itself) or `guideline` (nothing to hold).
        capability, section, prerequisite: where it belongs; "" where it does not apply.
        test, name: id and name of the test; "" where it does not apply.
        outcome: of the test, or the state of the section.
        reason: one line for people.
    """

    kind: str
    outcome: str
    reason: str
    capability: str = ""
    section: str = ""
    prerequisite: str = ""
    test: str = ""
    name: str = ""

    def to_json(self) -> dict[str, str]:
        """The fields that apply; `kind`, `outcome` and `reason` are always there."""
        where = {
            "capability": self.capability,
            "section": self.section,
            "prerequisite": self.prerequisite,
            "test": self.test,
            "name": self.name,
        }
        always = {"kind": self.kind, "outcome": self.outcome, "reason": self.reason}
        return always | {key: value for key, value in where.items() if value}


@dataclass(frozen=True, slots=True)
class Waived:
    """A blocker that a waiver removed."""

    blocker: Blocker
    waiver: Waiver

    def to_json(self) -> dict[str, str]:
        """The blocker with what is published about its waiver."""
        return {
            **self.blocker.to_json(),
            "product": self.waiver.product,
            "waiver": self.waiver.public,
            "approver": self.waiver.approver,
            "expires": self.waiver.expires.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcomes judged against one guideline for one target.

    Attributes:
        sources: other guidelines that took part, id → digest.
        title: of the program.
        components: that the program consists of.
        qualifies: both rules hold.
        mark: of this target when it qualifies under an approved guideline; else None.
        entries, matched: how many outcomes were given, and how many belong to the guideline.
        judged_at: RFC 3339, UTC; the time that was given, not the clock's.
        inputs: what else was judged, beside the guidelines; enough to judge again.
    """

    guideline_id: str
    guideline_sha256: str
    guideline_status: str
    sources: Mapping[str, str]
    target: str
    title: str
    components: tuple[str, ...]
    rules: Rules
    qualifies: bool
    capability_rule: CapabilityRule
    designated_code_rule: CodeRule
    mark: Mark | None
    counts: Mapping[Status, Counts]
    capabilities: Mapping[str, CapabilityVerdict]
    sections: tuple[SectionVerdict, ...]
    blockers: tuple[Blocker, ...]
    waived: tuple[Waived, ...]
    notices: tuple[str, ...]
    entries: int
    matched: int
    judged_at: str
    inputs: Inputs
    engine: str = ENGINE

    def to_json(self) -> dict[str, Any]:
        """The verdict document."""
        capabilities = {name: one.to_json() for name, one in self.capabilities.items()}
        return self._frame() | {"capabilities": capabilities}

    def _frame(self) -> dict[str, Any]:
        """The document without the capabilities."""
        return {
            "guideline": {
                "id": self.guideline_id,
                "sha256": self.guideline_sha256,
                "status": self.guideline_status,
            },
            "sources": dict(self.sources),
            "target": self.target,
            "title": self.title,
            "rules": self.rules.value,
            "qualifies": self.qualifies,
            "capability_rule": self.capability_rule.value,
            "designated_code_rule": self.designated_code_rule.value,
            "mark": self.mark.title if self.mark else None,
            "mark_wording": self.mark.wording if self.mark else None,
            "counts": {status.value: counts.to_json() for status, counts in self.counts.items()},
            "sections": [section.to_json() for section in self.sections],
            "blockers": [blocker.to_json() for blocker in self.blockers],
            "waived": [waived.to_json() for waived in self.waived],
            "notices": list(self.notices),
            "entries": {"given": self.entries, "matched": self.matched},
            "judged_at": self.judged_at,
            "inputs": self.inputs.to_json(),
            "engine": self.engine,
        }

    def canonical(self) -> bytes:
        """The document as canonical JSON: the same inputs give the same bytes.

        A capability that passed reads the same in every result, so its text is kept and put in.
        """
        frame = self._frame()
        place = "capabilities"
        before = plain_json({key: frame[key] for key in frame if key < place})
        after = plain_json({key: frame[key] for key in frame if key > place})
        inside = ",".join(
            f"{plain_json(name)}:{one.text}" for name, one in sorted(self.capabilities.items())
        )
        text = f'{before[:-1]},"{place}":{{{inside}}},{after[1:]}'
        return text.encode() if text.isascii() else canonical_json(self.to_json())


def _keys(tests: tuple[TestVerdict, ...]) -> dict[str, TestVerdict]:
    ids = [test.id for test in tests]
    return {test.id if test.id and ids.count(test.id) == 1 else test.name: test for test in tests}
