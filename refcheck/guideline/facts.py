"""A guideline as a flat table of facts: what two editions must have in common to say the same.

Descriptions, comments and reasons are words, not facts; of a flag the facts are that it is there,
its date and its code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refcheck.guideline.model import Capability, Component, Flag, Guideline, Program, Test

_CODE = re.compile(r"\bD4\d\d\b")


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that differs; None where a guideline does not have it."""

    path: str
    before: str | None
    after: str | None


def facts(guideline: Guideline) -> Mapping[str, str]:
    """Path → value, as text, of every fact but the digest and the schema."""
    return dict(_facts(guideline))


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """What differs, in the order of `before`, then what only `after` has."""
    paths = dict.fromkeys((*before, *after))
    return tuple(
        Change(path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path)
    )


def _facts(one: Guideline) -> Iterator[tuple[str, str]]:
    yield "id", one.id
    yield "status", one.status
    yield "replaces", one.replaces
    yield "releases", ", ".join(one.releases)
    yield "cutoff_score", "" if one.cutoff_score is None else str(one.cutoff_score)
    for key, criterion in one.criteria.items():
        yield f"criteria.{key}.name", criterion.name
        yield f"criteria.{key}.weight", str(criterion.weight)
    for program in one.programs.values():
        yield from _program(program)
    for component in one.components.values():
        yield from _component(component)
    for capability in one.capabilities.values():
        yield from _capability(capability)
    for section in one.sections:
        status = section.status or "informational"
        path = f"sections.{section.project}.{status}.{section.name}"
        yield path, "designated" if section.designated else "not designated"


def _program(program: Program) -> Iterator[tuple[str, str]]:
    path = f"programs.{program.target}"
    yield f"{path}.title", program.title
    for ref in program.components:
        yield f"{path}.components.{ref.name}", ref.guideline_id or "own"
    for ref in program.prerequisites:
        yield f"{path}.prerequisites.{ref.name}", ref.guideline_id or "own"


def _component(component: Component) -> Iterator[tuple[str, str]]:
    path = f"components.{component.name}"
    statuses: dict[str, list[str]] = {}
    for status, names in component.capabilities.items():
        for name in names:
            statuses.setdefault(f"{path}.capabilities.{name}", []).append(status)
    for status, names in component.designated.items():
        for name in names:
            statuses.setdefault(f"{path}.designated.{name}", []).append(status)
    for key, several in statuses.items():
        yield key, " and ".join(several)


def _capability(capability: Capability) -> Iterator[tuple[str, str]]:
    path = f"capabilities.{capability.name}"
    yield f"{path}.project", capability.project
    yield f"{path}.admin", str(capability.admin).lower()
    yield f"{path}.required_since", capability.required_since
    yield f"{path}.achievements", ", ".join(sorted(capability.achievements))
    for test in capability.tests:
        yield from _test(f"{path}.tests.{test.name}", test)


def _test(path: str, test: Test) -> Iterator[tuple[str, str]]:
    yield f"{path}.id", test.id
    yield f"{path}.aliases", ", ".join(test.aliases)
    yield f"{path}.flag", _flag(test.flag) if test.flag else "not flagged"


def _flag(flag: Flag) -> str:
    code = _CODE.search(flag.reason)
    return " ".join(["flagged", *([code[0]] if code else []), *([flag.date] if flag.date else [])])
