"""The verdict: a value, and its canonical JSON (RFC 8785)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from refcheck.code.evidence import SectionState
from refcheck.guideline.model import Mark, Status
from refcheck.result.outcome import Outcome
from refcheck.verdict.canonical import canonical_json, plain_json, quoted
from refcheck.verdict.counts import Counts
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
    """A capability: `tests` are all it lists, `keys` what documents call them."""

    name: str
    status: Status
    keys: tuple[str, ...]
    tests: tuple[TestVerdict, ...]

    @property
    def holds(self) -> bool:
        """Whether all its unflagged tests passed or are waived; an untested one does not hold."""
        return not self.blocking and not self.untested

    @property
    def untested(self) -> bool:
        """Whether it has no unflagged test: shown, but it neither holds nor blocks."""
        return all(test.flagged for test in self.tests)

    @cached_property
    def not_passed(self) -> tuple[TestVerdict, ...]:
        """The tests that did not pass."""
        passed = Outcome.PASSED
        return tuple([test for test in self.tests if test.outcome is not passed])

    @cached_property
    def blocking(self) -> tuple[TestVerdict, ...]:
        """The tests that keep it from holding."""
        return tuple([test for test in self.not_passed if test.blocks])

    @cached_property
    def blockers(self) -> tuple[Blocker, ...]:
        """A blocker for each of them."""
        return tuple([blocker(self.name, test) for test in self.blocking])

    @cached_property
    def counts(self) -> Counts:
        """RefStack's counts of its tests."""
        tests, not_passed = len(self.tests), len(self.not_passed)
        flagged = sum(test.flagged for test in self.tests)
        flagged_not_passed = sum(test.flagged for test in self.not_passed)
        return Counts(tests, tests - not_passed, flagged - flagged_not_passed, flagged_not_passed)

    @cached_property
    def text(self) -> str:
        """As in the canonical document, while everything is ASCII."""
        tests = list(zip(self.keys, self.tests, strict=True))
        outcomes = sorted([(key, f'"{test.outcome}"') for key, test in tests])
        return (
            f'{{"flagged":{_array([key for key, test in tests if test.flagged])},'
            f'"holds":{_word(self.holds)},"status":"{self.status}","tests":{_object(outcomes)},'
            f'"untested":{_word(self.untested)},'
            f'"waived":{_array([key for key, test in tests if test.waived])}}}'
        )

    def to_json(self) -> dict[str, Any]:
        """As in the verdict document."""
        tests = tuple(zip(self.keys, self.tests, strict=True))
        return {
            "status": self.status.value,
            "holds": self.holds,
            "untested": self.untested,
            "tests": {key: test.outcome.value for key, test in tests},
            "flagged": [key for key, test in tests if test.flagged],
            "waived": [key for key, test in tests if test.waived],
        }


NOT_SHOWN = "not shown"
_REASONS = {
    NOT_SHOWN: "there is no evidence about this code",
    SectionState.MISSING.value: "the product does not have this code",
    SectionState.REPLACED.value: "the product runs other code in its place",
}


@dataclass(frozen=True)
class SectionVerdict:
    """A required designated section: `state` is "not shown" without evidence."""

    project: str
    section: str
    state: str
    satisfied: bool
    detail: str

    @cached_property
    def blocker(self) -> Blocker:
        """What it puts in the way while it is not satisfied."""
        return Blocker(
            kind="section",
            outcome=self.state,
            reason=self.detail or _REASONS[self.state],
            section=f"{self.project}: {self.section}",
        )

    @cached_property
    def text(self) -> str:
        """As in the canonical document, while everything is ASCII."""
        return plain_json(self.to_json())

    def to_json(self) -> dict[str, str | bool]:
        """All fields."""
        return {
            "project": self.project,
            "section": self.section,
            "state": self.state,
            "satisfied": self.satisfied,
            "detail": self.detail,
        }


@dataclass(frozen=True)
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

    @cached_property
    def text(self) -> str:
        """As in the canonical document, while everything is ASCII."""
        members = (
            ("capability", self.capability),
            ("kind", self.kind),
            ("name", self.name),
            ("outcome", self.outcome),
            ("prerequisite", self.prerequisite),
            ("reason", self.reason),
            ("section", self.section),
            ("test", self.test),
        )
        return _object([(key, quoted(text)) for key, text in members if text or key == "reason"])

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


def blocker(capability: str, test: TestVerdict) -> Blocker:
    """What a test that a capability lists puts in the way."""
    return Blocker(
        kind="test",
        outcome=test.outcome.value,
        reason=test.reason,
        capability=capability,
        test=test.id,
        name=test.name,
    )


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
        return self._others() | {
            "blockers": [blocker.to_json() for blocker in self.blockers],
            "sections": [section.to_json() for section in self.sections],
            "capabilities": {name: one.to_json() for name, one in self.capabilities.items()},
        }

    def _others(self) -> dict[str, Any]:
        """The document without blockers, capabilities and sections."""
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
            "waived": [waived.to_json() for waived in self.waived],
            "notices": list(self.notices),
            "entries": {"given": self.entries, "matched": self.matched},
            "judged_at": self.judged_at,
            "inputs": self.inputs.to_json(),
            "engine": self.engine,
        }

    def canonical(self) -> bytes:
        """The document as canonical JSON: the same inputs give the same bytes.

        A capability that passed reads the same in every result, and what blocks one program
        blocks another, so their texts are kept and put in.
        """
        blockers = ",".join([one.text for one in self.blockers])
        capabilities = sorted([(key, one.text) for key, one in self.capabilities.items()])
        sections = ",".join([one.text for one in self.sections])
        others = self._others()  # none comes before the capabilities
        before = plain_json({key: others[key] for key in others if key < "sections"})
        after = plain_json({key: others[key] for key in others if key > "sections"})
        text = (
            f'{{"blockers":[{blockers}],"capabilities":{_object(capabilities)},'
            f'{before[1:-1]},"sections":[{sections}],{after[1:]}'
        )
        return text.encode() if text.isascii() else canonical_json(self.to_json())


def _object(members: Iterable[tuple[str, str]]) -> str:
    """A JSON object of names and the texts of their values."""
    return f"{{{','.join([f'{quoted(name)}:{text}' for name, text in members])}}}"


def _array(texts: Iterable[str]) -> str:
    return f"[{','.join(map(quoted, texts))}]"


def _word(truth: bool) -> str:  # noqa: FBT001
    return "true" if truth else "false"
