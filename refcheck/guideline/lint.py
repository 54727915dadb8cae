"""Everything that can be held against a guideline, each finding with its rule and path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from refcheck.guideline.defects import Defect, defects
from refcheck.guideline.flagging import REASONS
from refcheck.guideline.known_keys import unknown_keys
from refcheck.guideline.model import Flag, Guideline, Status
from refcheck.guideline.scoring import scores
from refcheck.guideline.transitions import Legality, Renames, Step, steps


class Severity(StrEnum):
    """How bad a finding is; only errors make `lint` end with 1."""

    ERROR = "error"
    """A rule of the process or of the schema is broken."""
    WARNING = "warning"
    """It is tolerated, and something had to be assumed."""
    NOTE = "note"
    """Unusual, and allowed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or unusual."""

    severity: Severity
    rule: str
    path: str
    text: str


_SEVERITIES = {
    "shared-id": Severity.ERROR,
    "two-ids": Severity.ERROR,
    "alias-is-name": Severity.WARNING,
    "shared-alias": Severity.WARNING,
    "listed-twice": Severity.WARNING,
    "unused-capability": Severity.WARNING,
    "no-tests": Severity.WARNING,
}
_STEPS = {
    Legality.ILLEGAL: Severity.ERROR,
    Legality.UNSAID: Severity.NOTE,
    Legality.BEFORE_PROCESS: Severity.NOTE,
}
_CODE = re.compile(rf"\[?({'|'.join(REASONS)})\b")


def lint(
    guideline: Guideline,
    *,
    tree: dict[str, Any] | None = None,
    previous: Guideline | None = None,
    renames: Renames | None = None,
) -> tuple[Finding, ...]:
    """All findings: errors, then warnings, then notes.

    Args:
        tree: the document itself; with it, keys that the schema does not know are found.
        previous: the guideline that this one replaces; with it, illegal steps are found.
        renames: names that changed since `previous`; the known ones by default.
    """
    findings = [
        *_of_document(guideline, tree),
        *_of_whole(guideline),
        *_of_flags(guideline),
        *_of_scores(guideline),
    ]
    if previous is not None:
        findings += _of_steps(previous, guideline, renames)
    order = list(Severity)
    return tuple(sorted(findings, key=lambda one: order.index(one.severity)))


def _of_document(guideline: Guideline, tree: dict[str, Any] | None) -> Iterator[Finding]:
    whole = {str(defect) for defect in defects(guideline)}
    for notice in guideline.notices:
        if notice not in whole:
            path, _, text = notice.partition(": ")
            undefined = "is not defined" in text
            severity = Severity.ERROR if undefined else Severity.WARNING
            yield Finding(severity, "undefined" if undefined else "schema", path, text)
    if tree is not None:
        for path in unknown_keys(tree, guideline.schema):
            text = f"is no key of schema {guideline.schema}; nothing reads it"
            yield Finding(Severity.WARNING, "unknown-key", path, text)


def _of_whole(guideline: Guideline) -> Iterator[Finding]:
    for defect in defects(guideline):
        yield Finding(_severity(defect), defect.rule, defect.path, defect.text)


def _severity(defect: Defect) -> Severity:
    """A required capability without tests breaks the process; any other only does no work."""
    if defect.rule == "no-tests" and defect.text.startswith(f"is {Status.REQUIRED} "):
        return Severity.ERROR
    return _SEVERITIES[defect.rule]


def _of_flags(guideline: Guideline) -> Iterator[Finding]:
    for capability in guideline.capabilities.values():
        for test in capability.tests:
            if test.flag:
                path = f"$.capabilities.{capability.name}.tests.{test.name}.flagged"
                for text in _flag_problems(test.flag):
                    yield Finding(Severity.WARNING, "flag", path, text)


def _flag_problems(flag: Flag) -> Iterator[str]:
    if not _CODE.match(flag.reason):
        yield f"gives a reason without one of the codes {', '.join(REASONS)}"
    try:
        date.fromisoformat(flag.date)
    except ValueError:
        yield f"has the date {flag.date[:80]!r}, which is none" if flag.date else "has no date"


def _of_scores(guideline: Guideline) -> Iterator[Finding]:
    if guideline.cutoff_score is None:
        return
    if not any(capability.achievements for capability in guideline.capabilities.values()):
        text = "no capability says which criteria it meets; nothing is scored"
        yield Finding(Severity.NOTE, "not-scored", "$.capabilities", text)
        return
    for score in scores(guideline):
        path = f"$.capabilities.{score.capability}"
        if score.status is not Status.REQUIRED:
            continue
        if score.vetoed:
            text = f"is required, and {score.vetoed}, which is a veto"
            yield Finding(Severity.WARNING, "required-veto", path, text)
        if score.points < guideline.cutoff_score:
            text = f"is required with {score.points} points; the cutoff is {guideline.cutoff_score}"
            yield Finding(Severity.WARNING, "required-below-cutoff", path, text)


def _of_steps(
    previous: Guideline, guideline: Guideline, renames: Renames | None
) -> Iterator[Finding]:
    for step in steps(previous, guideline, renames=renames):
        if step.legality is not Legality.LEGAL:
            path = f"$.capabilities.{step.capability}"
            yield Finding(_STEPS[step.legality], "transition", path, _told(step, previous.id))


def _told(step: Step, previous: str) -> str:
    origin = f" (there {step.renamed_from})" if step.renamed_from else ""
    went = f"was {step.before} in {previous}{origin} and is {step.after}"
    why = {
        Legality.ILLEGAL: _rule(step),
        Legality.UNSAID: "the process does not speak of this step",
        Legality.BEFORE_PROCESS: "the process was not in force yet",
    }[step.legality]
    return f"{went}; {why}"


def _rule(step: Step) -> str:
    if step.after == Status.REQUIRED:
        return "only what was advisory may become required"
    if step.before == "absent":
        return "what is new begins as advisory"
    return "nothing goes that was not deprecated before"
